"""The load panel: what is in these files? Kernel half of `widgets/src/load.tsx`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.checks import check_name
from workbench.display import html_block, html_table
from workbench.errors import DataError, InputError, StoreError, WorkbenchError
from workbench.jobs.job import Job
from workbench.panels._load_words import (
    TARGETS,
    ZONES,
    choices,
    data_files,
    file_lines,
    kind_form,
    kind_lines,
    load_answer,
    load_check,
    load_code,
    source_lines,
)
from workbench.panels.panel import Panel, answers, typed_path
from workbench.panels.protocol import (
    LoadForm,
    LoadSettings,
    LoadState,
    LookAt,
    MaskedColumn,
    MaskedSamples,
    ShowSamples,
    StartLoading,
)
from workbench.store._files import replace_file
from workbench.store._find import expanded, located
from workbench.store._grammar import parse_mapping
from workbench.store.choices import PSEUDONYM, choice_mapping, mapping_toml
from workbench.store.inspection import FORMATS, FileLook, first_cells, inspect_file, kinds, unmapped_input
from workbench.store.masking import masked_samples
from workbench.store.pseudonyms import is_personal, read_key
from workbench.store.store import Store
from workbench.store.suggestion import suggest

__all__ = ["LoadPanel"]

_MOST_FILES = 50
_RECOGNISED = 0.9


class LoadPanel(Panel):
    """Files, what their columns look like and where they go, a check of the first rows, and the load as a job.

    No cell is kept: columns are described by kind and counts, and what cells look like is told masked, to an open panel
    alone.

    Args:
        store: The store to load into.
        files: Files or folders to look into, from the kernel's folder; a text for one, a list for several.

    Raises:
        InputError: If `files` is neither.
    """

    NAME = "load"
    JOB = "load"
    OPENS_ON = ("files",)

    def __init__(self, store: Store, files: str | Sequence[str] = ()) -> None:
        given = (files,) if isinstance(files, str) else tuple(files)
        if not all(isinstance(one, str) for one in given):
            raise InputError("files holds what is no text, must be a path or a list of paths: files=['log.csv']")
        self._kinds: list[tuple[FileLook, ...]] = []
        self._places: dict[str, Path] = {}  # Where the paths lay when they were named: the kernel may go elsewhere.
        self._state = LoadState(
            form=LoadForm("generic", (), (), 0.0),
            sources=source_lines(()),
            found=data_files(Path.cwd()),
            files=(),
            kinds=(),
            targets=TARGETS,
            zones=ZONES,
            formats=FORMATS,
            checking=False,
            check=None,
            problem="",
            answer=None,
        )
        super().__init__(store, self._state)
        if given:
            self.in_background("Looking into the files", lambda: self._inspect(given))
        elif self._frame.phase == "ready":
            ended = [job for job in self.jobs() if job.state == "done" and "already_loaded" in job.result]
            self.show(self._state, phase="empty")
            if ended and self.store.tables:
                with self._refusing():
                    self._answer(ended[0])

    def python(self) -> str:
        """The calls that load as the settings say."""
        form = self._state.form
        if not form.paths:
            return self.opening()
        try:
            return f"{self.opening()}\n{load_code(form, [typed_path(path) for path in self._paths()], _mapping(form))}"
        except WorkbenchError:  # The settings as they stand mean nothing; the panel says why.
            return ""

    def fallback(self) -> str:
        """What was loaded, or what would be."""
        answer, check = self._state.answer, self._state.check
        tables = answer.tables if answer is not None else check.tables if check is not None else ()
        if not tables:
            return html_block("What is in these files?", note="No file was looked into.")
        rows = [[one.table, one.rows, sum(aside.rows for aside in one.set_aside) or None] for one in tables]
        headline = (
            f"Loaded into {self.store.folder.name}" if answer else f"The first {check.rows if check else 0:,} rows"
        )
        return html_block(headline, html_table(["table", "rows", "set aside"], rows))

    def job_ended(self, job: Job) -> None:
        """Show what was loaded."""
        if job.state == "done":
            self._answer(job)

    def answer_again(self) -> None:
        """Look at the files, and at the store, as they are now."""
        paths = self._state.form.paths
        self.show(phase="ready", refusal=None, store_version=self.store.version)
        if paths:
            self.in_background("Looking into the files", lambda: self._inspect(paths))

    @answers(LookAt)
    def look(self, request: LookAt) -> None:
        """Look into files."""
        paths = tuple(dict.fromkeys(path.strip() for path in request.paths if path.strip()))
        self.in_background("Looking into the files", lambda: self._inspect(paths))

    @answers(LoadSettings)
    def settle(self, request: LoadSettings) -> None:
        """Keep the settings and check the first rows as they say."""
        before = self._state.form
        self._settle(request.form)
        self.show(self._state, refusal=None)
        if _people(request.form) != _people(before):
            self._tell_samples()

    @answers(StartLoading)
    def load(self, request: StartLoading) -> None:
        """Start the job."""
        self._settle(request.form)
        form = self._state.form
        if not form.paths:
            raise InputError("no file was chosen: add one first")
        arguments = [form.source, *map(str, self._paths())]
        arguments += ["--store", str(self.store.folder)]
        mapping = _mapping(form)
        if mapping is not None:
            arguments += ["--mapping", str(self._written(mapping))]
        arguments += ["--max-rejected", str(form.set_aside)] if form.set_aside else []
        self.start(arguments)
        self._state = replace(self._state, answer=None)
        self.show(self._state)

    @answers(ShowSamples)
    def samples(self, request: ShowSamples) -> None:  # noqa: ARG002 - it has no fields
        """Tell an open panel what cells look like."""
        if self._kinds and not self._frame.working:
            self._tell_samples()

    def _inspect(self, paths: tuple[str, ...]) -> None:
        self._places = {path: self._places.get(path) or located(path) for path in paths}
        files = expanded(self._paths(paths)) if paths else []
        if len(files) > _MOST_FILES:
            raise InputError(
                f"{len(files):,} files were named, must be at most {_MOST_FILES} at once: load them with "
                "store.load in a cell, or give fewer"
            )
        looks = self._looks(files)
        self._kinds = kinds(looks)
        sources = source_lines(looks)
        likeliest = sources[0]
        recognised = likeliest.share is not None and likeliest.share >= _RECOGNISED
        form = replace(
            self._state.form,
            source=likeliest.name if recognised else "generic",
            paths=paths,
            kinds=tuple(kind_form(suggest(kind)) for kind in self._kinds),
        )
        with self._lock:
            self._state = replace(
                self._state,
                form=form,
                sources=sources,
                files=file_lines(looks),
                kinds=kind_lines(self._kinds),
                checking=False,
                check=None,
                problem="",
                answer=None,
            )
            self._check()
            self.show(self._state, phase="working" if self.at_work else "ready" if paths else "empty", refusal=None)
        self._tell_samples()

    def _paths(self, paths: Sequence[str] | None = None) -> list[Path]:
        return [self._places[path] for path in (self._state.form.paths if paths is None else paths)]

    def _looks(self, files: Sequence[Path]) -> list[FileLook]:
        """Look into files; of a folder's files those that are no log are passed over."""
        looks: list[FileLook] = []
        refusal = None
        for path in files:
            try:
                looks += inspect_file(path)
            except DataError as error:
                if path in self._places.values():
                    raise
                refusal = refusal or error
        if refusal is not None and not looks:
            raise refusal
        return looks

    def _settle(self, form: LoadForm) -> None:
        """Keep the settings; where they are new, the first rows are checked as they say."""
        check_name(form.source, [source.name for source in self._state.sources], name="source")
        if not 0 <= form.set_aside <= 1:
            raise InputError(f"set_aside == {form.set_aside:g}, must be >= 0 and <= 1: give a share such as 0.01")
        for kind in form.kinds:
            check_name(kind.zone, ZONES, name="zone")
        seen = [(kind.names, kind.inner, tuple(one.name for one in kind.columns)) for kind in self._state.kinds]
        given = [(kind.names, kind.inner, tuple(one.column for one in kind.columns)) for kind in form.kinds]
        if seen != given or form.paths != self._state.form.paths:
            raise InputError("the settings are of other files than the panel shows: look into the files again")
        if form != self._state.form:
            self._state = replace(self._state, form=form)
            self._check()

    def _check(self) -> None:
        """Try the first rows meanwhile; what cannot be loaded is a problem to be mended, not yet a refusal."""
        form = self._state.form
        paths = self._paths()

        def work() -> Callable[[], None]:
            check, problem = None, ""
            try:
                result = self.store.load(form.source, *paths, mapping=_mapping(form), dry_run=True)
                check = load_check(result)
            except WorkbenchError as error:
                problem = str(error)

            def answer() -> None:
                if self._state.form == form:  # Else the settings were changed meanwhile, and their own check follows.
                    self._state = replace(self._state, checking=False, check=check, problem=problem)
                    self.show(self._state)

            return answer

        if paths:
            self._state = replace(self._state, checking=True)
            self.beside(work)

    def _written(self, mapping: Mapping[str, object]) -> Path:
        """Keep the mapping beside the tables it fills, where a command line finds it again."""
        folder = self.store.folder / "mappings"
        path = folder / f"{parse_mapping(mapping, name='chosen').digest[:16]}.toml"
        try:
            folder.mkdir(exist_ok=True)
            replace_file(path, mapping_toml(mapping, about="workbench load generic FILE --mapping THIS").encode())
        except OSError as error:
            raise StoreError(
                f"the mapping cannot be kept in {folder} ({error.strerror}): make it writable, with room on it"
            ) from None
        return path

    def _tell_samples(self) -> None:
        key = read_key(self.store.lineage_id)
        told = []
        for place, (looks, choice) in enumerate(zip(self._kinds, choices(self._state.form), strict=True)):
            cells = first_cells(unmapped_input(looks[0].path, looks[0].table))
            told += [MaskedColumn(place, name, shown) for name, shown in masked_samples(cells, choice, key).items()]
        self.tell(MaskedSamples(tuple(told)))

    def _answer(self, job: Job) -> None:
        self._state = replace(self._state, answer=load_answer(job.result, self.store.quality()))
        self.show(self._state, phase="answer")


def _mapping(form: LoadForm) -> dict[str, object] | None:
    return choice_mapping(choices(form)) if form.source == "generic" else None


def _people(form: LoadForm) -> set[tuple[int, str]]:
    """The columns that become pseudonyms, by the place of their kind."""
    return {
        (place, one.column)
        for place, kind in enumerate(form.kinds)
        for one in kind.columns
        if one.target == PSEUDONYM or is_personal(one.target)
    }
