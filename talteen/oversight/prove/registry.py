"""Which sentence hangs on which proof, and where people see what it was made from. Pure.

A sentence that is not here is proved by nothing in the running house: ``report`` then says by what
test it is held, by whom, or that nothing holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from talteen.oversight.prove import (
    judging,
    judging_leaving,
    judging_notice,
    judging_rights,
)
from talteen.oversight.prove.judgement import Judge


class Page(Enum):
    """Where the evidence stands: the name of an address."""

    NOTICE = "notice"
    VERSIONS = "notice-versions"
    MONTHS = "months"
    CALENDAR = "calendar"
    LEDGER = "ledger"
    VAULT = "vault"
    BALANCE = "balance"
    HOLDS = "holds"
    REQUESTS = "requests"
    LIST = "do-not-record"
    DISCLOSURES = "disclosures"
    RECIPIENTS = "recipients"
    PROCESSORS = "processors"
    ASSESSMENTS = "assessments"
    BREACHES = "breaches"
    SALES = "sales-calls"
    EMPLOYEES = "employees-answers"
    GROUP = "group-text"
    SAFEGUARDS = "safeguards"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Proof:
    """One kind of proof."""

    judge: Judge
    page: Page | None = None

    @property
    def kind(self) -> str:
        """Its stable name, for programs and for the words."""
        return self.judge.__name__


_N, _J, _L, _P = judging_notice, judging, judging_leaving, Page
_R = judging_rights
_PROOFS: tuple[tuple[Proof, str], ...] = (
    (
        Proof(_N.as_printed, _P.NOTICE),
        "0.s9 0.s10 0.s11 objection.s4 1.s1 1.s2 1.s3 1.s4 1.s5 2.s1 3.s1 4.s1 4.s2 7.s5 9.s3 "
        "11.s2 11.s3 complaint.s2 15.s2 15.s3 15.s4",
    ),
    (Proof(_N.published_before, _P.VERSIONS), "18.s1"),
    (Proof(_N.same_in_all, _P.VERSIONS), "18.s2"),
    (Proof(_N.apart, _P.NOTICE), "objection.s1 14.s11"),
    (Proof(_N.bases, _P.NOTICE), "6.s1 6.s2"),
    (Proof(_N.balanced, _P.ASSESSMENTS), "7.s4"),
    (Proof(_L.contracts, _P.PROCESSORS), "11.s4"),
    (Proof(_L.ordered, _P.DISCLOSURES), "11.s5"),
    (Proof(_L.claimed, _P.DISCLOSURES), "11.s6"),
    (Proof(_L.named, _P.DISCLOSURES), "11.s8"),
    (Proof(_L.carried, _P.PROCESSORS), "12.s2 12.s3"),
    (Proof(_L.passed_on, _P.RECIPIENTS), "14.s19"),
    (Proof(_L.breaches_told, _P.BREACHES), "17.s9"),
    (Proof(_N.inside_eea, _P.PROCESSORS), "12.s1"),
    (Proof(_N.sources, _P.NOTICE), "10.s1 10.s2 10.s4 10.s6"),
    (Proof(_J.announced, _P.BALANCE), "0.s1 0.s2"),
    (Proof(_J.bound, _P.VERSIONS), "4.s3"),
    (Proof(_J.never_longer, _P.VERSIONS), "4.s4"),
    (Proof(_J.columns), "8.s1 8.s3"),
    (Proof(_J.refused, _P.MONTHS), "objection.s2 objection.s3 13.s10 15.s5"),
    (Proof(_J.parked, _P.MONTHS), "13.s11"),
    (Proof(_J.sealed, _P.VAULT), "17.s1"),
    (Proof(_J.labelled), "8.s2 16.s2"),
    (Proof(_J.models), "0.s8 16.s1 16.s3 16.s4"),
    (Proof(_J.listed, _P.LEDGER), "5.s9 11.s1 14.s5"),
    (Proof(_J.in_a_case, _P.LEDGER), "0.s3 5.s1 5.s8"),
    (Proof(_J.own_call, _P.LEDGER), "5.s2"),
    (Proof(_J.taught), "5.s3"),
    (Proof(_J.drawn_only), "5.s5 5.s7"),
    (Proof(_J.share), "0.s4 5.s6"),
    (Proof(_J.evaluated), "5.s4"),
    (Proof(_J.special), "9.s4 9.s5"),
    (Proof(_J.credentials, _P.LEDGER), "17.s3"),
    (Proof(_J.exports, _P.LEDGER), "11.s7 17.s5"),
    (Proof(_J.ends, _P.CALENDAR), "0.s5 13.s1"),
    (Proof(_J.backups, _P.VAULT), "13.s2 17.s2"),
    (Proof(_J.closed_week, _P.CALENDAR), "13.s3"),
    (Proof(_J.by_itself, _P.VAULT), "13.s4"),
    (Proof(_J.certified, _P.MONTHS), "13.s14"),
    (Proof(_J.kept_for_days, _P.LEDGER), "13.s12"),
    (Proof(_J.list_confirmed, _P.LIST), "13.s13"),
    (Proof(_J.grounds, _P.HOLDS), "0.s6 13.s5"),
    (Proof(_J.narrowed, _P.HOLDS), "13.s6 14.s8"),
    (Proof(_J.reviewed, _P.HOLDS), "13.s7"),
    (Proof(_J.released, _P.HOLDS), "13.s8"),
    (Proof(_J.on_time, _P.REQUESTS), "0.s7 14.s1 14.s13"),
    (Proof(_J.received, _P.REQUESTS), "3.s3"),
    (Proof(_J.kept_for_answer, _P.REQUESTS), "13.s9 14.s14"),
    (Proof(_J.reasons, _P.REQUESTS), "14.s18"),
    (Proof(_J.free, _P.REQUESTS), "14.s15"),
    (Proof(_J.officer, _P.REQUESTS), "2.s3"),
    (Proof(_J.by_people, _P.REQUESTS), "14.s12 16.s5"),
    (Proof(_J.erased, _P.REQUESTS), "14.s7 objection.s6"),
    (Proof(_J.set_aside, _P.REQUESTS), "objection.s5"),
    (Proof(_J.restricted, _P.REQUESTS), "14.s9"),
    (Proof(_J.checked_words, _P.REQUESTS), "14.s2"),
    (Proof(_J.codes, _P.REQUESTS), "14.s16"),
    (Proof(_J.two_contacts), "3.s4"),
    (Proof(_R.not_recorded, _P.LIST), "objection.s7"),
    (Proof(_R.not_sold_to, _P.SALES), "objection.s8"),
    (Proof(_R.confided, _P.OFFICER), "2.s2"),
    (Proof(_R.by_word, _P.REQUESTS), "3.s2"),
    (Proof(_R.everybody, _P.REQUESTS), "4.s5"),
    (Proof(_R.agents_told, _P.EMPLOYEES), "4.s6"),
    (Proof(_R.not_kept), "8.s4"),
    (Proof(_R.paused), "8.s5"),
    (Proof(_R.covered, _P.LEDGER), "8.s6"),
    (Proof(_R.categorised), "9.s1"),
    (Proof(_R.group_link, _P.GROUP), "10.s3"),
    (Proof(_R.source_known), "10.s5"),
    (Proof(_R.copies, _P.SAFEGUARDS), "12.s4"),
    (Proof(_R.known_lightly, _P.REQUESTS), "14.s17 14.s20"),
    (Proof(_R.sound_given, _P.REQUESTS), "14.s3"),
    (Proof(_R.cut_by_two, _P.REQUESTS), "14.s4"),
    (Proof(_R.corrected, _P.REQUESTS), "14.s6"),
    (Proof(_R.kept_for_claim, _P.HOLDS), "14.s10"),
    (Proof(_J.unchanged, _P.LEDGER), "17.s4"),
    (Proof(_J.drilled, _P.VAULT), "17.s6"),
)

PROOFS: Mapping[str, Proof] = MappingProxyType(
    {sentence: proof for proof, sentences in _PROOFS for sentence in sentences.split()}
)
"""Sentence -> its proof."""

KINDS: tuple[Proof, ...] = tuple(proof for proof, _ in _PROOFS)
"""Every kind of proof once, in the order in which the notice meets them."""
