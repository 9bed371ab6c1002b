import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Sums come in the same order in every process that a test starts, bit for bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
