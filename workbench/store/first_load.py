"""The store a load goes into: opened, or made for it; a first load that fails leaves nothing behind."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench.errors import StoreError
from workbench.store._catalog import CATALOG, read_catalog
from workbench.store._files import writer_lock
from workbench.store.access import FILE
from workbench.store.pseudonyms import key_path
from workbench.store.store import Store, create_store, open_store

__all__ = ["discard", "store_to_load"]


@contextmanager
def store_to_load(folder: Path | str) -> Iterator[Store]:
    """Open a store, or make it where there is none.

    Where it had to be made and the block fails or is stopped, it goes again, unless something was loaded by then.

    Args:
        folder: The store's folder.

    Yields:
        The store; of two processes that make one here at once, both get the same.

    Raises:
        StoreError: If it can be neither opened nor made.
    """
    path = Path(folder).expanduser().absolute()
    made = None
    if not (path / CATALOG).exists():
        try:
            made = create_store(path)
        except StoreError:
            if not (path / CATALOG).exists():
                raise
    try:
        yield made or open_store(path)
    except BaseException:
        if made is not None:
            discard(made)
        raise


def discard(store: Store) -> None:
    """Remove a store that is still empty, and its key; one that holds rows or declarations stays as it is.

    Args:
        store: The store.

    Raises:
        StoreError: If another process is writing, or the folder cannot be written to.
    """
    with writer_lock(store.folder):
        catalog = read_catalog(store.folder)
        if catalog.version or catalog.public or catalog.lineage_version is not None:
            return
        try:
            for begun in ("tables", "rejected"):  # Of a load that did not come to its end.
                shutil.rmtree(store.folder / begun, ignore_errors=True)
            for name in (CATALOG, FILE, ".lock"):
                (store.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{store.folder} cannot be written to ({error.strerror}): remove it by hand") from None
        key_path(catalog.lineage_id).unlink(missing_ok=True)
    with suppress(OSError):  # Somebody put a file there.
        store.folder.rmdir()
