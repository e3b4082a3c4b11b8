"""The device is chosen in one place, by name or by what is here."""

import pytest
import torch

from workbench.errors import MissingPartError, UnknownNameError
from workbench.models.device import choose_device, steady_threads


def test_auto_takes_a_card_before_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device().type == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device().type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device().type == "cuda"


def test_a_device_that_is_not_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(MissingPartError, match="must be one this machine has"):
        choose_device("cuda")


def test_a_device_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'cuda'"):
        choose_device("cuda0")


def test_a_network_leaves_half_of_the_cores_and_gives_its_threads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    given = torch.get_num_threads()
    for cores, most in ((1, 1), (2, 1), (8, min(given, 4))):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        with steady_threads() as threads:
            assert threads == torch.get_num_threads() == most
        assert torch.get_num_threads() == given
