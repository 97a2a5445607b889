"""``talteen jobs``: what waits in the queue, what was set aside, and another try for that."""

from collections import Counter

from talteen.desk.ground import database, startup


def jobs(*, again: bool = False) -> int:
    """Say how many jobs wait and which were set aside. Exit status 1 where some were.

    Parameters
    ----------
    again
        Give those that were set aside another round of tries.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen.operations import parts
        from talteen.register.database import jobs as queue

        print(f"{parts.ready_jobs()} jobs could be done now")
        aside = Counter(queue.failed())
        for name, count in sorted(aside.items()):
            print(f"{count} set aside: {name}")
        if again:
            print(f"{queue.retry_failed()} are tried again")
    return 1 if aside and not again else 0
