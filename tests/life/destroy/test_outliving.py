"""Every table says what becomes of its rows when a call dies: none is kept by oversight."""

from django.apps import apps

from talteen.life.destroy import applied, outliving
from talteen.life.destroy.outliving import Fate, Trace
from talteen.register.models import Recording


def ours() -> set[str]:
    return {model.__name__ for model in apps.get_app_config("talteen").get_models() if model}


def test_every_table_stands_in_the_list() -> None:
    assert ours() == set(outliving.TABLES)


def test_what_names_a_call_dies_with_it() -> None:
    naming = {
        related.related_model.__name__
        for related in Recording._meta.related_objects
        if not related.many_to_many
    }
    fates = {name: outliving.TABLES[name][1] for name in naming}

    assert set(fates.values()) <= {Fate.DIES, Fate.LOSES_CALL}
    assert len(applied.FORGET) > 0


def test_every_row_of_the_page_has_its_tables_and_every_table_its_row() -> None:
    shown = {trace for trace, _ in outliving.TABLES.values()} - {Trace.HOUSE}

    assert shown == set(outliving.KINDS)
    for name, (trace, fate) in outliving.TABLES.items():
        if fate is Fate.OUTLIVES:
            assert outliving.KINDS[trace].fate in (Fate.OUTLIVES, Fate.LOSES_CALL), name
