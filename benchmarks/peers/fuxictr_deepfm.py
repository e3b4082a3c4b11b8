"""DeepFM on FuxiCTR's blocks, read, encoded and trained by FuxiCTR; see `figures.py` for the arguments.

Its package ships the blocks and the training, and its repository the model; `OneEpoch` puts the blocks together as that
model does. Default: Adam at 1e-3 and embeddings from N(0, 0.0001^2), without penalty, as its template for DeepFM has
it. Each number is a field with a vector of its own, so its network is wider than the others' (480 inputs, not 330).

It wants one file for training and one for testing, so the log is cut before the clock starts. `build_dataset` and its
loader run on Ray: CPU-seconds of Ray's processes are counted, their memory is not. Its reader calls
`polars.scan_csv(dtypes=...)`, which polars 2 no longer has, so its environment holds an older one. Training ends
without the validation pass and the checkpoint that the other systems do not have either.
"""

import tempfile
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import ray
import torch
from figures import BATCH, DIM, HIDDEN, IDS, LABEL, NUMBERS, answer, cpu_seconds, start_evenly, task
from fuxictr.features import FeatureMap
from fuxictr.preprocess import FeatureProcessor, build_dataset
from fuxictr.pytorch.dataloaders import RankDataLoader
from fuxictr.pytorch.layers import FactorizationMachine, FeatureEmbedding, MLP_Block
from fuxictr.pytorch.models import BaseModel
from fuxictr.pytorch.torch_utils import seed_everything

NAME = "log"
FIELDS = [
    {"name": IDS, "active": True, "dtype": "str", "type": "categorical"},
    {"name": NUMBERS, "active": True, "dtype": "float", "type": "numeric", "normalizer": "StandardScaler"},
]
CLICK = {"name": LABEL, "dtype": "float"}


class OneEpoch(BaseModel):  # type: ignore[misc]  # known in its own environment alone
    """DeepFM that trains for one epoch and keeps what it has then."""

    def __init__(self, features: FeatureMap, folder: str) -> None:
        super().__init__(features, model_id="DeepFM", verbose=0, model_root=folder, metrics=["logloss", "AUC"])
        self.embedding = FeatureEmbedding(features, DIM)
        self.pairs = FactorizationMachine(features)
        self.deep = MLP_Block(input_dim=features.sum_emb_out_dim(), hidden_units=HIDDEN, output_dim=1)
        self.compile("adam", "binary_crossentropy", lr=1e-3)
        self.reset_parameters()

    def forward(self, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Give the chance of a click in each row."""
        fields = self.get_inputs(inputs)
        vectors = self.embedding(fields)
        logit = self.pairs(fields, vectors) + self.deep(vectors.flatten(start_dim=1))
        return {"y_pred": self.output_activation(logit)}

    def eval_step(self) -> None:
        """Validate nothing."""

    def load_weights(self, checkpoint: str) -> None:
        """Keep the weights of the last step."""


def cut(log: Path, learn: Path, test: Path) -> None:
    """Write a log's last tenth to one file and the rows before it to the other."""
    with log.open() as lines:
        rows = sum(1 for _ in lines) - 1
    with log.open() as lines, learn.open("w") as before, test.open("w") as after:
        head = next(lines)
        before.write(head)
        before.writelines(islice(lines, rows - rows // 10))
        after.write(head)
        after.writelines(lines)


def batches(features: FeatureMap, stage: str, path: str) -> Any:  # noqa: ANN401 - a loader of Ray's, absent here
    """Give the library's own loader."""
    given = RankDataLoader(features, stage=stage, batch_size=BATCH, data_format="parquet", **{f"{stage}_data": path})
    return given[0] if stage == "train" else given


def main() -> None:
    """Train once over the rows and answer."""
    asked = task()
    seed_everything(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        learn, test = Path(folder, "learn.csv"), Path(folder, "test.csv")
        cut(asked.log, learn, test)
        ray.init(include_dashboard=False, logging_level="ERROR", log_to_driver=False)
        began = cpu_seconds()
        encoder = FeatureProcessor(feature_cols=FIELDS, label_col=CLICK, dataset_id=NAME, data_root=folder)
        learn_path, _, test_path = build_dataset(encoder, train_data=str(learn), test_data=str(test))
        read = cpu_seconds()

        features = FeatureMap(NAME, str(Path(folder, NAME)))
        features.load(encoder.json_file, {"embedding_dim": DIM})
        encoded = pd.read_parquet(learn_path)
        rows = min(asked.rows, len(encoded))
        if rows < len(encoded):
            encoded[:rows].to_parquet(learn_path)
        del encoded
        model = OneEpoch(features, folder)
        if asked.even:
            start_evenly(model)
        started = cpu_seconds()
        model.fit(batches(features, "train", learn_path), epochs=1)
        ended = cpu_seconds()
        answer(
            "FuxiCTR",
            version("fuxictr"),
            read_encode=read - began,
            epoch=ended - started,
            rows=rows,
            clicks=pd.read_parquet(test_path, columns=[LABEL])[LABEL],
            chances=model.predict(batches(features, "test", test_path)),
            table_rows=sum(features.features[name]["vocab_size"] for name in IDS),
        )
        ray.shutdown()


if __name__ == "__main__":
    main()
