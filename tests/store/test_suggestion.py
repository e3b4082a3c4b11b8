"""Suggested mappings: right for the public logs' own formats, cautious where a column may name people."""

from pathlib import Path

import pytest

from workbench.store.choices import choice_mapping
from workbench.store.inspection import inspect_file
from workbench.store.store import create_store
from workbench.store.suggestion import recognise, suggest


def suggested(path: Path) -> tuple[str, dict[str, str]]:
    """The table of a file, and where its columns go that are not simply kept."""
    choice = suggest(inspect_file(path))
    return choice.table, {one.column: one.target for one in choice.columns if one.target != "field"}


def csv(path: Path, head: str, *rows: str) -> Path:
    path.write_text("\n".join([head, *rows]))
    return path


@pytest.mark.parametrize(
    ("file", "table", "where"),
    [
        (
            "avazu_sample_deepctr/avazu_sample.txt",
            "impressions",
            {
                "id": "impression_id",
                "click": "click",
                "hour": "ts",
                "device_id": "pseudonym",
                "device_ip": "pseudonym",
                "device_type": "device",
            },
        ),
        (
            "fuxictr_tiny_taobaoad/train_sample.csv",
            "impressions",
            {
                "clk": "click",
                "time_stamp": "ts",
                "userid": "user_id",
                "adgroup_id": "ad_id",
                "pid": "placement",
                "campaign_id": "campaign_id",
                "new_user_class_level": "",
            },
        ),
        ("fuxictr_tiny_taobaoad/train.csv", "impressions", {"click": "click", "conversion": "order"}),
        ("criteo_sample_200/criteo_sample.txt", "impressions", {"label": "click"}),
    ],
)
def test_public_logs_are_understood(shared_data: Path, file: str, table: str, where: dict[str, str]) -> None:
    assert suggested(shared_data / "formats" / file) == (table, where)


def test_what_is_suggested_loads(shared_data: Path, tmp_path: Path) -> None:
    for file in ("avazu_sample_deepctr/avazu_sample.txt", "fuxictr_tiny_taobaoad/train.csv"):
        path = shared_data / "formats" / file
        mapping = choice_mapping([suggest(inspect_file(path))])
        loaded = create_store(tmp_path / path.stem).load("generic", path, mapping=mapping)
        assert loaded.rows["impressions"] == inspect_file(path)[0].expected
        assert loaded.rows["clicks"] > 0
        assert not loaded.rejected


def test_tables_are_told_apart(tmp_path: Path) -> None:
    found = [
        suggested(csv(tmp_path / "a.csv", "adgroup_id,cate_id,campaign_id,brand,price", "1,2,3,4,5.5", "2,2,3,4,5.5")),
        suggested(csv(tmp_path / "b.csv", "userid,cms_segid,final_gender_code", "1,2,2", "7,2,1")),
        suggested(
            csv(tmp_path / "c.csv", "user,time_stamp,btag,cate,brand", "1,1494000000,pv,3,4", "1,1494000001,cart,3,4")
        ),
        suggested(
            csv(
                tmp_path / "d.csv",
                "ad_id,reporting_start,age_gender,Impressions,Clicks,Spent",
                "1,2026-11-27,f,9,1,2.5",
            )
        ),
        suggested(csv(tmp_path / "clicks.csv", "impression_id,ts", "a,2026-11-27 10:00:00", "b,2026-11-27 10:00:01")),
        suggested(csv(tmp_path / "campaigns.csv", "campaign_id,name,budget", "1,spring,100", "2,autumn,50")),
    ]
    assert [table for table, _ in found] == ["ads", "users", "behaviour", "totals", "clicks", "campaigns"]
    assert found[2][1]["btag"] == "event"
    assert found[3][1] == {
        "ad_id": "ad_id",
        "reporting_start": "day",
        "age_gender": "segment",
        "Impressions": "impressions",
        "Clicks": "clicks",
        "Spent": "cost_micros",
    }


def test_what_names_people_becomes_a_pseudonym_however_it_is_called(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "log.csv",
        "ad,clicked,uid,E-Mail,contact,手机号,weather",
        "1,0,u1,a@b.cn,a@b.cn,13900000000,rain",
        "2,1,u2,c@d.cn,c@d.cn,13900000001,sun",
    )
    assert suggested(path)[1] == {
        "ad": "ad_id",
        "clicked": "click",
        "uid": "user_id",
        "E-Mail": "pseudonym",
        "contact": "pseudonym",
        "手机号": "pseudonym",
    }


@pytest.mark.parametrize(
    "name",
    [
        *("customer_name", "customer_phone", "clientIp", "advertising_id", "account_no", "ship_address", "first_name"),
        *("visitor_id", "login", "mac_address", "用户"),
    ],
)
def test_a_word_that_says_person_is_enough(tmp_path: Path, name: str) -> None:
    path = csv(tmp_path / "log.csv", f"ad,click,{name}", "1,0,a", "2,1,b")
    assert suggested(path)[1][name] in {"pseudonym", "user_id"}


@pytest.mark.parametrize("name", ["product_name", "campaign_name", "description", "chip", "shipping_days", "strip"])
def test_a_word_that_only_holds_such_letters_is_not(tmp_path: Path, name: str) -> None:
    path = csv(tmp_path / "log.csv", f"ad,click,{name}", "1,0,a", "2,1,b")
    assert name not in suggested(path)[1]


@pytest.mark.parametrize(
    "cell", ["10.1.2.{}", "2001:db8::{}", "aa:bb:cc:dd:ee:0{}", "+1 (415) 555-013{}", "138-0013-800{}", "x{}@y.cn"]
)
def test_cells_that_are_addresses_are_enough(tmp_path: Path, cell: str) -> None:
    path = csv(tmp_path / "log.csv", "ad,click,where", *(f"{n},0,{cell.format(n)}" for n in range(1, 9)))
    assert suggested(path)[1]["where"] == "pseudonym"


def test_true_and_false_make_clicks(tmp_path: Path) -> None:
    path = csv(tmp_path / "log.csv", "ad,clk", *(f"{n},{n % 4 == 0}" for n in range(40)))
    mapping = choice_mapping([suggest(inspect_file(path))])
    loaded = create_store(tmp_path / "shop").load("generic", path, mapping=mapping)
    assert loaded.rows == {"impressions": 40, "clicks": 10}


def test_where_nothing_fits_nothing_is_suggested(tmp_path: Path) -> None:
    assert suggested(csv(tmp_path / "log.csv", "weather,mood", "rain,low", "sun,high"))[0] == ""


def test_a_name_alone_is_not_enough(tmp_path: Path) -> None:
    path = csv(tmp_path / "log.csv", "ad,click,position,time,id", "1,7,0,never,5", "2,9,1,soon,5")
    assert suggested(path)[1] == {"ad": "ad_id"}, "no flag, no first position, no time, no key"


def test_revenue_needs_an_order(tmp_path: Path) -> None:
    assert "revenue" not in suggested(csv(tmp_path / "a.csv", "ad,click,revenue", "1,0,2.5", "1,1,3.5"))[1].values()
    both = suggested(csv(tmp_path / "b.csv", "ad,click,order,revenue", "1,0,1,2.5", "1,1,0,"))[1]
    assert both["revenue"] == "revenue"


def test_a_known_source_is_recognised(shared_data: Path) -> None:
    looks = [
        look
        for name in ("all.csv", "item_context.csv")
        for look in inspect_file(shared_data / "open-bandit/bts/all" / name)
    ]
    (found,) = recognise(looks)
    assert (found.source.name, found.share) == ("open-bandit", 1.0)
    assert recognise(inspect_file(shared_data / "formats/criteo_sample_200/criteo_sample.txt")) == ()
