"""What a function of the product writes, read from its code: statements where they stand
(``.update(..)``, ``.save(update_fields=..)``, ``.create(..)``, a constant of SQL), and whose table
it is, from the models that names are annotated with, assigned from or looped over.

Nothing is run. A statement whose table nobody can tell is ``unclear``, and the test that reads this
fails: annotate the name. What a function mentions is kept, too (``tests.kit.reach``).
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Model

from talteen.register.database.changing import ALL
from tests.kit.source import ROOT, Module, definition, is_module, models, modules
from tests.kit.source_sql import Write, in_sql

Type = Any  # a model, a class of ours (as "module:Class"), a tuple of both, Several, or None


class Several(tuple[type[Model], ...]):
    """One of these models: what a loop over tables goes through."""


@dataclass(slots=True)
class Code:
    """A function, a method, or a name of a module with what it is assigned."""

    writes: set[Write] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # "module:name", or ".method" of whatever
    unclear: list[str] = field(default_factory=list)


class Reader:
    """Reads one function, or one name of a module."""

    def __init__(self, file: Module, node: ast.AST, code: Code, of: str | None = None) -> None:
        self.file, self.code, self.of = file, code, of
        self.known: dict[str, Type] = {"self": of, "cls": of} if of else {}
        self.locals: set[str] = set()
        nodes = list(ast.walk(node))
        for _ in range(2):  # a name may be used above where it is known
            self._learn(nodes)
        for one in nodes:
            self._read(one)

    # --- what a name is

    def _learn(self, nodes: Iterable[ast.AST]) -> None:
        for one in nodes:
            match one:
                case ast.arg(arg=name, annotation=told):
                    self.locals.add(name)
                    if told is not None:
                        self.known[name] = self.annotated(told)
                case ast.AnnAssign(target=ast.Name(id=name), annotation=told):
                    self.known[name] = self.annotated(told)
                case ast.Assign(targets=[target], value=value):
                    self._bind(target, self.type_of(value))
                case ast.NamedExpr(target=target, value=value):
                    self._bind(target, self.type_of(value))
                case (
                    ast.For(target=target, iter=value)
                    | ast.comprehension(target=target, iter=value)
                ):
                    self._bind(target, self.type_of(value), looped=True)
                case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                    self._bind(ast.Name(name), self.type_of(value))

    def _bind(self, target: ast.expr, type_: Type, *, looped: bool = False) -> None:
        match target:
            case ast.Name(id=name):
                self.locals.add(name)
                if looped and isinstance(type_, tuple):
                    type_ = Several(one for one in type_ if isinstance(one, type))
                if type_ is not None:
                    self.known[name] = type_
            case ast.Tuple(elts=several):
                one_each = isinstance(type_, tuple) and not isinstance(type_, Several)
                parts = type_ if one_each else (type_,) * len(several)
                for part, one in zip(several, parts, strict=False):
                    self._bind(part, one)

    def key(self, node: ast.expr) -> str | None:
        """What a name or a dotted name stands for: "module", "module:name"."""
        match node:
            case ast.Name(id=name):
                if name in self.locals and name not in self.file.tops:
                    return None
                if name in self.file.imports:
                    return self.file.imports[name]
                return f"{self.file.name}:{name}" if name in self.file.tops else None
            case ast.Attribute(value=value, attr=attr):
                found = self.key(value)
                if found is None or ":" in found:
                    return None
                deeper = f"{found}.{attr}"
                return deeper if is_module(deeper) else f"{found}:{attr}"
        return None

    def class_of(self, node: ast.expr) -> Type:
        key = self.key(node)
        if key is None or ":" not in key:
            return None
        if key in models():
            return models()[key]
        found = definition(key)
        if found is None:
            return None
        if found[0] in models():
            return models()[found[0]]
        match found[1]:
            case ast.ClassDef():
                return found[0]
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):  # its alias
                file = modules()[found[0].partition(":")[0]]
                return Reader(file, ast.Pass(), Code()).annotated(value)
        return None

    def annotated(self, node: ast.expr) -> Type:
        match node:
            case ast.Constant(value=str() as text):
                try:
                    return self.annotated(ast.parse(text, mode="eval").body)
                except SyntaxError:
                    return None
            case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=parts)):
                if not (isinstance(parts[-1], ast.Constant) and parts[-1].value is ...):
                    return tuple(self.annotated(part) for part in parts)
        found = {
            one
            for each in ast.walk(node)
            if isinstance(each, ast.Name | ast.Attribute) and (one := self.class_of(each))
        }
        if len(found) > 1 and all(isinstance(one, type) for one in found):
            return Several(found)
        return found.pop() if len(found) == 1 else None

    def type_of(self, node: ast.expr | None) -> Type:
        match node:
            case ast.Name(id=name):
                if name in self.known:
                    return self.known[name]
                return self.class_of(node) or self._of_constant(node)
            case ast.Attribute(value=value, attr=attr):
                whole = self.class_of(node)
                return whole if whole is not None else self.part_of(self.type_of(value), attr)
            case ast.Call(func=func, args=args):
                return self._called(func, args)
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                return self.type_of(value)
            case ast.NamedExpr(value=value):
                return self.type_of(value)
            case ast.BinOp(left=left, right=right):
                return self.type_of(left) or self.type_of(right)
            case ast.BoolOp(values=several) | ast.List(elts=several) | ast.Set(elts=several):
                return next((one for part in several if (one := self.type_of(part))), None)
            case ast.Tuple(elts=several):
                return tuple(self.type_of(part) for part in several)
            case ast.IfExp(body=body, orelse=orelse):
                return self.type_of(body) or self.type_of(orelse)
            case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.SetComp(elt=elt):
                return self.type_of(elt)
            case ast.DictComp(value=value):
                return self.type_of(value)
        return None

    def _of_constant(self, node: ast.expr) -> Type:
        key = self.key(node)
        found = definition(key) if key else None
        if found and isinstance(found[1], ast.Assign) and found[0] != f"{self.file.name}:":
            file = modules()[found[0].partition(":")[0]]
            return Reader(file, ast.Pass(), Code()).type_of(found[1].value)
        return None

    def part_of(self, whole: Type, attr: str) -> Type:
        if isinstance(whole, str):
            return member(whole, attr)
        if isinstance(whole, Several):
            parts = {self.part_of(one, attr) for one in whole} - {None}
            return whole if attr == "objects" else parts.pop() if len(parts) == 1 else None
        if not (isinstance(whole, type) and issubclass(whole, Model)):
            return None
        if attr in {"objects", "_default_manager"}:
            return whole
        if attr == "through":
            return whole
        for one in whole._meta.get_fields():
            accessor = getattr(one, "get_accessor_name", None)
            if attr in {one.name, accessor() if accessor is not None else None}:
                return one.related_model if one.is_relation else None
        return member(f"{whole.__module__}:{whole.__name__}", attr)

    def _called(self, func: ast.expr, args: list[ast.expr]) -> Type:
        key = self.key(func)
        if key is None and isinstance(func, ast.Name):
            if func.id in {"list", "sorted", "iter", "next", "reversed", "set", "tuple", "cast"}:
                return self.type_of(args[-1] if func.id == "cast" else args[0]) if args else None
            if func.id in {"zip", "enumerate"}:
                parts = [self.type_of(one) for one in args]
                return (None, *parts) if func.id == "enumerate" else tuple(parts)
            return None
        if key is not None and ":" in key:
            return returned(key)
        if isinstance(func, ast.Attribute):
            on = self.type_of(func.value)
            if isinstance(on, str):
                return member(on, func.attr)
            if func.attr in {"get_or_create", "update_or_create"}:
                return (on, None)
            if func.attr == "items":
                return (None, on)
            own = self.part_of(on, func.attr) if on is not None else None
            return own if own is not None else on
        return None

    # --- what it does

    def _read(self, node: ast.AST) -> None:
        match node:
            case ast.Call(func=ast.Attribute(attr="enqueue" | "enqueue_in")):
                self.code.names.add("talteen.register.database.jobs:Job._defer")
            case ast.Call(func=ast.Attribute(value=value, attr=attr)):
                self._statement(node, value, attr)
                self._mention(node.func)
            case ast.Name() | ast.Attribute():
                self._mention(node)
            case ast.JoinedStr(values=parts):
                text = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else " " for part in parts
                )
                self.code.writes.update(in_sql(text))
            case ast.Constant(value=str() as text):
                self.code.writes.update(in_sql(text))

    def _mention(self, node: ast.expr) -> None:
        key = self.key(node)
        if key is not None and ":" in key:
            found = definition(key)
            if found is not None:
                self.code.names.add(found[0])
        elif key is None and isinstance(node, ast.Attribute) and not node.attr.startswith("__"):
            on = self.type_of(node.value)
            if isinstance(on, type):
                on = f"{on.__module__}:{on.__name__}"
            self.code.names.add(f"{on}.{node.attr}" if isinstance(on, str) else f".{node.attr}")

    def _statement(self, call: ast.Call, value: ast.expr, attr: str) -> None:
        if attr not in STATEMENTS:
            return
        on = self.type_of(value)
        named = {one.arg: one.value for one in call.keywords}
        if isinstance(on, Several):
            for each in on:
                for verb, columns in self._what(each, call, attr, named):
                    self.code.writes.add(Write(each._meta.db_table, verb, columns))
            return
        if not (isinstance(on, type) and issubclass(on, Model)):
            if isinstance(on, str) or not self._looks_like_rows(value, attr, named):
                return
            self.code.unclear.append(f"{self.file.path.relative_to(ROOT)}:{call.lineno} {attr}")
            return
        table = on._meta.db_table
        if attr in {"set", "add", "remove", "clear"}:
            link = self._link(value)
            if link is not None:
                for verb in {"set": "a", "add": "a", "remove": "d", "clear": "d"}[attr]:
                    self.code.writes.add(Write(link, verb))
            return
        for verb, columns in self._what(on, call, attr, named):
            self.code.writes.add(Write(table, verb, columns))

    def _link(self, value: ast.expr) -> str | None:
        if isinstance(value, ast.Attribute):
            on = self.type_of(value.value)
            if isinstance(on, type) and issubclass(on, Model):
                there = getattr(getattr(on, value.attr, None), "through", None)
                return str(there._meta.db_table) if there is not None else None
        return None

    def _looks_like_rows(self, value: ast.expr, attr: str, named: dict[Any, Any]) -> bool:
        if attr in {"save", "delete", "update"}:
            text = ast.unparse(value)
            return "update_fields" in named or "objects" in text or "force_insert" in named
        return attr not in {"create", "set", "add", "remove", "clear"} or "objects" in ast.unparse(
            value
        )

    def _what(
        self, model: type[Model], call: ast.Call, attr: str, named: dict[Any, ast.expr]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        match attr:
            case "create" | "bulk_create" | "get_or_create":
                yield "a", ()
            case "update_or_create":
                yield "a", ()
                yield "w", self._columns(model, self._keys(named.get("defaults")))
            case "delete":
                yield "d", ()
            case "select_for_update":
                yield "w", ()
            case "bulk_update":
                yield "w", self._columns(model, _strings(call.args[1]))
            case "update":
                keys = {key for key in named if key is not None}
                spread = [one.value for one in call.keywords if one.arg is None]
                for one in spread:
                    keys |= self._keys(one)
                yield "w", self._columns(model, keys)
            case "save" if "force_insert" in named:
                yield "a", ()
            case "save" if "update_fields" in named:
                yield "w", self._columns(model, self._names(named["update_fields"]))
            case "save" if "force_update" in named:
                yield "w", (ALL,)
            case "save":
                yield "a", ()
                yield "w", (ALL,)

    def _names(self, node: ast.expr) -> set[str]:
        """The names in a list of fields; where it is not written out, any key of this file."""
        key = self.key(node)
        found = definition(key) if key is not None else None
        if found is not None and isinstance(found[1], ast.Assign):
            return _strings(found[1].value)
        plain = isinstance(node, ast.List | ast.Tuple) and all(
            isinstance(one, ast.Constant) for one in node.elts
        )
        return _strings(node) if plain else _strings(node) | self.file.keys

    def _keys(self, node: ast.expr | None) -> set[str]:
        if isinstance(node, ast.Dict) and all(node.keys):
            return {one.value for one in node.keys if isinstance(one, ast.Constant)}
        return self.file.keys if node is not None else set()

    def _columns(self, model: type[Model], names: Iterable[str]) -> tuple[str, ...]:
        """Those that are columns of the table."""
        known: dict[str, str] = {}
        for one in model._meta.concrete_fields:
            known |= {one.name: str(one.column), one.attname: str(one.column)}
        known.pop(model._meta.pk.name, None)
        return tuple(sorted({known[name] for name in names if name in known}))


STATEMENTS = frozenset(
    "create bulk_create get_or_create update_or_create delete select_for_update bulk_update update"
    " save set add remove clear".split()
)


def _strings(node: ast.expr) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}


@cache
def returned(key: str) -> Type:
    found = definition(key)
    if found is None:
        return None
    file = modules()[found[0].partition(":")[0]]
    match found[1]:
        case ast.ClassDef():
            return models().get(found[0], found[0])
        case ast.FunctionDef(returns=ast.expr() as told):
            return Reader(file, ast.Pass(), Code()).annotated(told)
    return None


@cache
def member(class_: str, attr: str) -> Type:
    """What a part of one of our classes is, from its annotation there or in a base."""
    found = definition(class_)
    if found is None or not isinstance(found[1], ast.ClassDef):
        return None
    file = modules()[found[0].partition(":")[0]]
    reader = Reader(file, ast.Pass(), Code())
    for one in found[1].body:
        match one:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=told) if name == attr:
                return reader.annotated(told)
            case ast.FunctionDef(name=name, returns=ast.expr() as told) if name == attr:
                return reader.annotated(told)
            case ast.FunctionDef(name="__init__"):
                inner = Reader(file, one, Code(), None)
                for each in ast.walk(one):
                    match each:
                        case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if (
                            name == attr
                        ):
                            return inner.type_of(value)
    for base in found[1].bases:
        above = reader.class_of(base)
        if isinstance(above, str) and above != class_:
            return member(above, attr)
    return None
