"""Answers that count a network: computed again with the zoo."""

import pytest
import torch

from course_utils.audit.networks import model, table
from course_utils.checking.questions import answers_of

STAGES = ((2, 64, 224), (2, 128, 112), (3, 256, 56), (3, 512, 28), (3, 512, 14))


def says(name, *words):
    notebook, number = name.split(".Q")
    text = " ".join(answers_of(notebook)[int(number) - 1].split())
    for word in words:
        assert word in text, (name, word)


def vgg_bill(doubled=None):
    """Values, parameters and multiply–adds of VGG-16 with one stage of twice as many maps."""
    values, parameters, work, before = 3 * 224**2, 0, 0, 3
    for stage, (layers, maps, side) in enumerate(STAGES):
        maps *= 2 if stage == doubled else 1
        for _ in range(layers):
            parameters += (9 * before + 1) * maps
            work += 9 * before * maps * side**2
            values, before = values + maps * side**2, maps
        values += maps * (side // 2) ** 2
    for inputs, outputs in ((49 * before, 4096), (4096, 4096), (4096, 1000)):
        values, parameters = values + outputs, parameters + (inputs + 1) * outputs
        work += inputs * outputs
    return values, parameters, work


def test_a_stage_of_vgg_that_is_doubled():
    before = vgg_bill()
    assert before[1:] == (table("vgg16").parameters, table("vgg16").multiply_adds)
    more = [[b / a - 1 for a, b in zip(before, vgg_bill(k), strict=True)] for k in range(5)]
    dearest = [max(range(5), key=lambda k: more[k][bill]) for bill in range(3)]
    assert dearest == [0, 4, 2]
    percent = [f"{100 * more[k][bill]:.0f} %" for bill, k in enumerate(dearest)]
    new = (vgg_bill(4)[1] - before[1]) / 1e6
    says("13.Q1", *percent, f"{100 * more[3][2]:.0f} %", f"{new:.0f} of 138 million")


def test_one_tower_costs_work_and_hardly_parameters():
    two, one = table("alexnet"), table("alexnet_one_tower")
    says("11.Q1", f"{two.multiply_adds / 1e6:.0f} to {one.multiply_adds / 1e6:,.0f} million",
         f"{two.parameters / 1e6:.2f} to {one.parameters / 1e6:.2f} million",
         f"{100 * (one.multiply_adds / two.multiply_adds - 1):.0f} % more",
         "{:.0f} to {:.0f} %".format(*(100 * t.only("Conv2d").multiply_adds / t.multiply_adds
                                      for t in (two, one))))  # fmt: skip
    numbers = [sum(row.activations for row in t.only("Conv2d")) for t in (two, one)]
    assert numbers[0] == numbers[1]


def work_of(network, side, chosen=lambda layer: True):
    """Multiply–adds of the chosen convolutions on one image of side × side."""
    counts = []

    def note(layer, inputs, output):
        counts.append(output.numel() * layer.weight[0].numel())

    layers = [m for m in network.modules() if isinstance(m, torch.nn.Conv2d) and chosen(m)]
    hooks = [layer.register_forward_hook(note) for layer in layers]
    with torch.no_grad():
        network(torch.zeros(1, 3, side, side, device="meta"))
    for hook in hooks:
        hook.remove()
    return sum(counts)


def test_larger_scans_cost_mobilenet_little():
    mobilenet, all_of_it = model("mobilenet").eval(), table("mobilenet").multiply_adds
    scans = work_of(mobilenet, 224, lambda layer: layer.groups > 1)
    threes = work_of(mobilenet, 224, lambda layer: layer.kernel_size == (3, 3))
    says("18.Q1", f"{scans / 1e6:.1f} of {all_of_it / 1e6:.0f} million",
         f"{scans * 25 / 9 / 1e6:.1f} million", f"by {100 * scans * 16 / 9 / all_of_it:.0f} %",
         f"by {100 * threes * 16 / 9 / all_of_it:.0f} %")  # fmt: skip


def test_half_the_maps_or_half_the_side():
    narrow, wide = model("mobilenet_050").eval(), model("mobilenet").eval()
    works = [work_of(narrow, 224) / 1e6, work_of(wide, 112) / 1e6]
    sizes = [sum(p.numel() for p in network.parameters()) / 1e6 for network in (wide, narrow)]
    says("18.Q2", "{:.0f} and {:.0f} million".format(*works),
         "α = 1 has {:.1f} million, α = ½ has {:.1f}".format(*sizes))  # fmt: skip


@pytest.mark.parametrize(("zeros", "stuck"), [("last scale", False), ("all filters", True)])
def test_a_body_of_zeros_can_begin_if_only_its_end_is_zero(zeros, stuck):
    torch.manual_seed(0)
    body = torch.nn.Sequential(
        torch.nn.Conv2d(2, 2, 3, padding=1, bias=False), torch.nn.ReLU(),
        torch.nn.Conv2d(2, 2, 3, padding=1, bias=False),
    )  # fmt: skip
    scale = torch.nn.Parameter(torch.full((2, 1, 1), float(zeros != "last scale")))
    if zeros == "all filters":
        for weight in body.parameters():
            torch.nn.init.zeros_(weight)
    x = torch.randn(3, 2, 5, 5).relu()
    out = (scale * body(x) + x).relu()
    assert torch.equal(out, x)
    (out * torch.randn_like(out)).sum().backward()
    moved = any(bool(p.grad.abs().max() > 0) for p in (scale, *body.parameters()))
    assert moved is not stuck


@pytest.mark.parametrize("last_relu", [True, False])
def test_the_gradient_on_the_shortcut_meets_the_last_relu_alone(last_relu):
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    state = x
    for _ in range(3):  # three blocks whose bodies do nothing
        state = state.relu() if last_relu else state + 0
    state.sum().backward()
    assert x.grad.tolist() == [0.0 if last_relu else 1.0, 1.0]
