"""DeepFM of torch-rechub, read, encoded and trained as its Criteo example shows; see `figures.py` for the arguments.

Default: the trainer's own Adam with weight decay 1e-5, embeddings from N(0, 0.0001^2). Its example gives the deep part
the numbers alone; here the deep part sees ids and numbers, as in the other systems. Its MLP always normalises batches
and its linear part has no weight of its own for an id: neither can be chosen. Rows are handed over as a dictionary of
NumPy arrays, from which its data set takes a row faster than from the example's data frame.
"""

from importlib.metadata import version

import pandas as pd
from figures import BATCH, DIM, HIDDEN, IDS, LABEL, NUMBERS, answer, cpu_seconds, start_evenly, task
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, StandardScaler
from torch_rechub.basic.features import DenseFeature, SparseFeature
from torch_rechub.models.ranking import DeepFM
from torch_rechub.trainers import CTRTrainer
from torch_rechub.utils.data import DataGenerator


def main() -> None:
    """Train once over the rows and answer."""
    asked = task()
    began = cpu_seconds()
    log = pd.read_csv(asked.log)
    scaler = StandardScaler() if asked.even else MinMaxScaler()
    log[NUMBERS] = scaler.fit_transform(log[NUMBERS])
    for name in IDS:
        log[name] = LabelEncoder().fit_transform(log[name])
    ids = [SparseFeature(name, vocab_size=int(log[name].max()) + 1, embed_dim=DIM) for name in IDS]
    numbers = [DenseFeature(name) for name in NUMBERS]
    learn, test = log[: asked.rows], log[len(log) - len(log) // 10 :]
    inputs, held_out = ({name: part[name].to_numpy() for name in IDS + NUMBERS} for part in (learn, test))
    clicks, test_clicks = learn[LABEL].to_numpy(), test[LABEL].to_numpy()
    batches, _, test_batches = DataGenerator(inputs, clicks).generate_dataloader(
        x_val=held_out, y_val=test_clicks, x_test=held_out, y_test=test_clicks, batch_size=BATCH
    )
    read = cpu_seconds()

    model = DeepFM(ids + numbers, ids, mlp_params={"dims": HIDDEN})
    if asked.even:
        start_evenly(model)
    trainer = CTRTrainer(model, optimizer_params={"lr": 1e-3} if asked.even else None, n_epoch=1)
    started = cpu_seconds()
    trainer.train_one_epoch(batches)
    ended = cpu_seconds()
    answer(
        "torch-rechub",
        version("torch-rechub"),
        read_encode=read - began,
        epoch=ended - started,
        rows=len(learn),
        clicks=test_clicks,
        chances=trainer.predict(model, test_batches),
        table_rows=sum(column.vocab_size for column in ids),
    )


if __name__ == "__main__":
    main()
