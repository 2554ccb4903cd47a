from __future__ import annotations

import pytest
from pydantic import ValidationError

from bench.case import Case
from bench.errors import SuiteError
from bench.suite_file import load_suite, shipped_suites, suite_toml
from pipeline.zoo import ZOO

STUDY = (
    "logistic_regression",
    "decision_tree",
    "random_forest",
    "gradient_boosting",
    "ada_boost",
    "extra_trees",
    "svc",
    "k_nearest_neighbors",
    "gaussian_nb",
    "neural_network",
)


@pytest.fixture
def suite_file(tmp_path):
    """Write a suite file with this text."""

    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("name", shipped_suites())
def test_every_shipped_suite_loads_says_what_it_is_for_and_has_its_name(name):
    suite = load_suite(name)
    assert suite.name == name
    assert suite.description.endswith(".")


@pytest.mark.parametrize("name", shipped_suites())
def test_the_resolved_suite_loads_again_as_the_same_suite(name, suite_file):
    suite = load_suite(name)
    again = load_suite(suite_file(suite_toml(suite)))
    assert again == suite
    assert suite_toml(again) == suite_toml(suite)


def test_a_suite_with_everything_set_survives_being_written_and_read(suite_file):
    overrides = (
        'models=["svc","random_forest"]',
        "params.svc.C=2.5",
        'params.random_forest.max_features="log2"',
        "budgets.svc=500",
        "limits.memory=1.5GiB",
        "limits.seconds=0.25",
        "cluster.memory=700MB",
        "cluster.options.nanny=false",
        'families=["DDoS"]',
        'description="Quotes \\" and umlauts ü"',
    )
    suite = load_suite("smoke", overrides=overrides)
    assert load_suite(suite_file(suite_toml(suite))) == suite


def test_the_notebook_suite_takes_the_steps_of_the_study():
    suite = load_suite("notebook")
    chosen = suite.model_dump(include={"families", "tasks", "splits", "features", "stack"})
    assert chosen == {
        "families": ("DDoS",),
        "tasks": ("attack",),
        "splits": ("random",),
        "features": 10,
        "stack": 3,
    }
    assert (suite.test_size, suite.split_seed) == (0.2, 42)
    assert (suite.select_on, suite.choose_on, suite.choose_by) == ("all", "test", "accuracy")
    assert set(STUDY) <= set(suite.models)
    assert suite.params == {
        "neural_network": {"flows_per_epoch": 1_000_000_000, "cooling_epochs": 0}
    }


def test_no_shipped_suite_but_the_notebook_chooses_models_by_the_flows_it_tests_them_on():
    on_test = [name for name in shipped_suites() if load_suite(name).choose_on == "test"]
    assert on_test == ["notebook"]


def test_an_empty_file_is_a_suite_of_defaults_named_after_the_file(suite_file):
    suite = load_suite(suite_file(""))
    assert suite.name == "mine"
    assert suite.model_copy(update={"name": "x"}) == load_suite(suite_file('name = "x"'))


def test_the_command_line_goes_before_the_file_and_the_file_before_the_default(suite_file):
    path = suite_file("folds = 4\nstack = 2\n[cluster]\nworkers = 3\nthreads = 4\n")
    suite = load_suite(path, overrides=["stack=5", "cluster.workers=7"])
    assert (suite.stack, suite.folds, suite.seed) == (5, 4, 0)
    assert (suite.cluster.workers, suite.cluster.threads) == (7, 4)


def test_every_model_is_run_with_every_seed():
    suite = load_suite("smoke", overrides=["seeds=[3, 1]"])
    assert suite.model_seeds == (3, 1)
    assert [case.seed for case in suite.cases if case.model == "dummy"] == [3, 1]
    assert load_suite("smoke", overrides=["seed=7"]).model_seeds == (7,)


def test_a_suite_runs_the_study_s_models_unless_it_names_others_or_all(suite_file):
    path = suite_file("")
    assert load_suite(path).models == (*STUDY, "dummy", "one_rule")
    everything = load_suite(path, overrides=['models=["all"]']).models
    assert everything == tuple(ZOO)
    assert len(everything) > len(STUDY) + 2
    assert load_suite(suite_file(suite_toml(load_suite(path)))).models == load_suite(path).models


def test_of_two_overrides_of_one_key_the_later_counts():
    assert load_suite("smoke", overrides=["folds=4", "folds=6"]).folds == 6


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("folds=7", "folds", 7),
        (" folds = 7 ", "folds", 7),
        ("effort=0.5", "effort", 0.5),
        ("choose_by=mcc", "choose_by", "mcc"),
        ('choose_by="mcc"', "choose_by", "mcc"),
        ('tasks=["attack","family"]', "tasks", ("attack", "family")),
        ("budgets.svc=500", "budgets", {"svc": 500}),
        ("params.decision_tree.max_depth=4", "params", {"decision_tree": {"max_depth": 4}}),
        ("description=a=b", "description", "a=b"),
    ],
)
def test_an_override_is_read_as_toml_or_else_as_text(override, key, value):
    assert getattr(load_suite("smoke", overrides=[override]), key) == value


@pytest.mark.parametrize("override", ["folds", "=3", " =3", ""])
def test_an_override_without_key_or_value_shows_what_was_expected(override):
    with pytest.raises(SuiteError, match=r"^--set .*: expected KEY=VALUE"):
        load_suite("smoke", overrides=[override])


def test_an_override_below_a_plain_value_says_that_it_is_no_table():
    with pytest.raises(SuiteError, match=r"^--set folds\.x=3: 'folds' is not a table$"):
        load_suite("smoke", overrides=["folds=3", "folds.x=3"])


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("fold=3", "unknown key 'fold'; did you mean 'folds'?"),
        ("cluster.worker=3", "unknown key 'cluster.worker'; did you mean 'workers'?"),
        ("limits.second=3", "unknown key 'limits.second'; did you mean 'seconds'?"),
        ("embedded.row=3", "unknown key 'embedded.row'; did you mean 'rows'?"),
        ('models=["svm"]', "models: unknown model 'svm'; did you mean 'svc'?"),
        ("budgets.svm=3", "budgets: unknown model 'svm'; did you mean 'svc'?"),
        ("choose_by=acuracy", "choose_by: unknown metric 'acuracy'; did you mean 'accuracy'?"),
        ('splits=["randon"]', "splits: unknown split 'randon'; did you mean 'random'?"),
        ('tasks=["famly"]', "tasks: unknown task 'famly'; did you mean 'family'?"),
        ("cluster.kind=locale", "cluster: unknown cluster kind 'locale'; did you mean 'local'?"),
        ("params.svm.C=1", "params.svm: unknown model 'svm'; did you mean 'svc'?"),
        ("params.svc.c=1", "params.svc: unknown parameter of model 'svc' 'c'"),
        ("params.decision_tree.max_dept=3", "did you mean 'max_depth'?"),
        ("params.svc.C=-1", "params.svc: model 'svc': The 'C' parameter"),
        ("params.decision_tree.min_samples_leaf=5", "use min_weight_fraction_leaf"),
        ('models=["svc","svc"]', "models: a model is named twice: svc, svc"),
        ("models=[]", "models: "),
        ("test_size=1.0", "test_size: "),
        ("folds=1", "folds: "),
        ("folds=three", "folds: "),
        ("select_on=test", "select_on: expected 'all' or 'train'"),
        ("limits.seconds=0", "limits.seconds: "),
        ("limits.memory=lots", "limits.memory: "),
        ("cluster.workers=0", "cluster.workers: "),
        ("cluster=2", "cluster: "),
        ("cluster.wall_seconds=600", "leaves a worker less than limits.seconds = 600"),
        ("name=../up", "name: "),
    ],
)
def test_what_does_not_fit_is_one_sentence_with_the_suite_the_key_and_the_right_name(
    override, fault
):
    with pytest.raises(SuiteError) as raised:
        load_suite("smoke", overrides=[override])
    message = str(raised.value)
    assert message.startswith("smoke.toml: ")
    assert fault in message
    assert "\n" not in message


def test_a_word_that_is_near_to_nothing_gets_the_list_of_known_ones():
    with pytest.raises(SuiteError, match="unknown task 'xyz'; known: attack, binary, family"):
        load_suite("smoke", overrides=['tasks=["xyz"]'])


def test_an_unknown_suite_gets_the_nearest_right_name():
    with pytest.raises(SuiteError, match="unknown suite 'notebok'; did you mean 'notebook'"):
        load_suite("notebok")


def test_a_folder_is_no_suite(tmp_path):
    with pytest.raises(SuiteError, match="unknown suite"):
        load_suite(str(tmp_path))


def test_broken_toml_says_where_it_is_broken(suite_file):
    with pytest.raises(SuiteError, match=r"mine\.toml: not valid TOML: .*line 2"):
        load_suite(suite_file("folds = 3\nstack = = 2\n"))


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"description = '\xff\xfe'\n")
    with pytest.raises(SuiteError, match=r"mine\.toml: cannot be read as UTF-8 text"):
        load_suite(str(path))


def test_a_suite_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        load_suite("smoke").folds = 9


def test_the_cases_are_every_model_on_every_split_of_every_task_in_the_suites_order():
    overrides = ['tasks=["family","binary"]', 'splits=["by_file","random"]']
    cases = load_suite("smoke", overrides=[*overrides, 'models=["svc","dummy"]', "seed=3"]).cases
    assert [(case.task, case.split, case.model) for case in cases] == [
        (task, split, model)
        for task in ("family", "binary")
        for split in ("by_file", "random")
        for model in ("svc", "dummy")
    ]
    assert cases[0] == Case(task="family", split="by_file", model="svc", seed=3)
    assert len({case.case_id for case in cases}) == len(cases)
    assert cases[0].case_id == "family-by_file-svc-3"
