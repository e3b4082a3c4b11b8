"""DeepFM of DeepCTR-Torch, read, encoded and trained as its Quick-Start shows; see `figures.py` for the arguments.

Default: `compile("adam", "binary_crossentropy")` and the model's own start (N(0, 0.0001^2) for every weight) and
penalty (1e-5 on all tables). No metrics are asked for while it trains: those of the Quick-Start would only slow it.
It asks PyPI for its newest version when it is imported; that request is refused here.
"""

import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import requests
from figures import BATCH, DIM, HIDDEN, IDS, LABEL, NUMBERS, answer, cpu_seconds, start_evenly, task
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, StandardScaler


def refuse(*_: object) -> None:
    """Stand in for a request."""
    raise ConnectionError


def main() -> None:
    """Train once over the rows and answer."""
    asked = task()
    requests.get = refuse
    from deepctr_torch.inputs import DenseFeat, SparseFeat, get_feature_names
    from deepctr_torch.models import DeepFM

    warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
    began = cpu_seconds()
    log = pd.read_csv(asked.log)
    for name in IDS:
        log[name] = LabelEncoder().fit_transform(log[name])
    scaler = StandardScaler() if asked.even else MinMaxScaler()
    log[NUMBERS] = scaler.fit_transform(log[NUMBERS])
    columns = [SparseFeat(name, vocabulary_size=int(log[name].max()) + 1, embedding_dim=DIM) for name in IDS]
    table_rows = sum(column.vocabulary_size for column in columns)
    columns += [DenseFeat(name, 1) for name in NUMBERS]
    learn, test = log[: asked.rows], log[len(log) - len(log) // 10 :]
    inputs, held_out = ({name: part[name] for name in get_feature_names(columns)} for part in (learn, test))
    clicks = learn[[LABEL]].to_numpy()
    read = cpu_seconds()

    penalty = {"l2_reg_linear": 0.0, "l2_reg_embedding": 0.0} if asked.even else {}
    model = DeepFM(columns, columns, dnn_hidden_units=tuple(HIDDEN), seed=asked.seed, **penalty)
    if asked.even:
        start_evenly(model)
    model.compile("adam", "binary_crossentropy")
    started = cpu_seconds()
    model.fit(inputs, clicks, batch_size=BATCH, epochs=1, verbose=0)
    ended = cpu_seconds()
    answer(
        "DeepCTR-Torch",
        version("deepctr-torch"),
        read_encode=read - began,
        epoch=ended - started,
        rows=len(learn),
        clicks=test[LABEL].to_numpy(),
        chances=np.ravel(model.predict(held_out, BATCH)),
        table_rows=table_rows,
    )


if __name__ == "__main__":
    main()
