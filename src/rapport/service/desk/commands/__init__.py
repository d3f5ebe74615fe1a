"""The acts of the desk: filing, answering, owning, putting off, joining, forwarding, marking, and doing by name."""

from rapport.service.desk.commands.answering import (
    NothingToSay,
    NoWayToAnswer,
    SomethingNewWasSaid,
    note,
    reply,
    take_back,
)
from rapport.service.desk.commands.changing import index_anew
from rapport.service.desk.commands.claiming import (
    ClaimedBySomebodyElse,
    be_present,
    claim,
    go_away,
    let_go,
)
from rapport.service.desk.commands.doing import Outcome, UnknownAct, do, do_to_all
from rapport.service.desk.commands.drafting import BadDraft, DraftChangedElsewhere, save_draft
from rapport.service.desk.commands.enclosing import (
    NewFile,
    TooMuchEnclosed,
    drop_draft,
    enclose,
    take_out,
)
from rapport.service.desk.commands.filing import BadCase, open_case, take_in
from rapport.service.desk.commands.joining import CannotMerge, merge, unmerge
from rapport.service.desk.commands.macros import (
    BadMacro,
    NewMacro,
    add_macro,
    change_macro,
    close_macro,
    run_macro,
)
from rapport.service.desk.commands.marking import NoReason, mark_asked_again, mark_refusal
from rapport.service.desk.commands.moving import CannotMove, MovedOnSince, move, split, undo_move
from rapport.service.desk.commands.needing import need
from rapport.service.desk.commands.owning import (
    AlreadyThere,
    CannotOwn,
    assign,
    follow,
    give,
    transfer,
    unfollow,
)
from rapport.service.desk.commands.scheduling import BadSchedule, schedule, unschedule
from rapport.service.desk.commands.sides import CannotForward, Forward, close_side, forward
from rapport.service.desk.commands.snoozing import BadMoment, snooze, wake
from rapport.service.desk.commands.states import (
    CaseAlreadyClosed,
    CaseStillOpen,
    close,
    ensure_states,
    mark_junk,
    reopen,
    set_state,
)
from rapport.service.desk.commands.telling import NobodyToTell, choose, heed, not_delivered, see

__all__ = [
    "AlreadyThere",
    "BadCase",
    "BadDraft",
    "BadMacro",
    "BadMoment",
    "BadSchedule",
    "CannotForward",
    "CannotMerge",
    "CannotMove",
    "CannotOwn",
    "CaseAlreadyClosed",
    "CaseStillOpen",
    "ClaimedBySomebodyElse",
    "DraftChangedElsewhere",
    "Forward",
    "MovedOnSince",
    "NewFile",
    "NewMacro",
    "NoReason",
    "NoWayToAnswer",
    "NobodyToTell",
    "NothingToSay",
    "Outcome",
    "SomethingNewWasSaid",
    "TooMuchEnclosed",
    "UnknownAct",
    "add_macro",
    "assign",
    "be_present",
    "change_macro",
    "choose",
    "claim",
    "close",
    "close_macro",
    "close_side",
    "do",
    "do_to_all",
    "drop_draft",
    "enclose",
    "ensure_states",
    "follow",
    "forward",
    "give",
    "go_away",
    "heed",
    "index_anew",
    "let_go",
    "mark_asked_again",
    "mark_junk",
    "mark_refusal",
    "merge",
    "move",
    "need",
    "not_delivered",
    "note",
    "open_case",
    "reopen",
    "reply",
    "run_macro",
    "save_draft",
    "schedule",
    "see",
    "set_state",
    "snooze",
    "split",
    "take_back",
    "take_in",
    "take_out",
    "transfer",
    "undo_move",
    "unfollow",
    "unmerge",
    "unschedule",
    "wake",
]
