namespace Bellman.Tests;

/// <summary>Planning without discount, where everything hangs on the task's coming to an end, and planning for so many steps.</summary>
public sealed class EndsAndHorizonsTests
{
    private static readonly string[] Methods = ["value-iteration", "policy-iteration", "rtdp", "lrtdp"];

    [Theory]
    [InlineData("Taxi-v3", 7.93)]
    [InlineData("CliffWalking-v1", -13)]
    [InlineData("WindyGridWorld-v0", -15)]
    [InlineData("Racetrack-v0", -8.406114)]
    [InlineData("FrozenLake-v1", 0.823529)]
    public void PolicyIteration_WithoutDiscount_BeginsWithAPolicyThatEnds(string id, double expected) =>
        Assert.Equal(expected, PolicyIteration.Solve(Model(id), new PolicyIterationSettings { Gamma = 1 }).StartValue, 5e-7);

    [Theory]
    [InlineData("FrozenLake-v1", 100, 0.7442, 5e-5)]
    [InlineData("Taxi-v3", 200, 7.93, 5e-7)]
    public void EveryMethod_PlansForAHorizon(string id, int horizon, double expected, double digits)
    {
        var model = Model(id);
        var reference = Solve("value-iteration", model, horizon);
        foreach (var method in Methods)
        {
            var solution = Solve(method, model, horizon);
            Assert.Equal(expected, solution.StartValue, digits);
            if (method == "policy-iteration")
            {
                Assert.Equal(reference.Values.ToArray(), solution.Values.ToArray(), new Nearly(1e-12));
                Assert.Equal(reference.Policy, solution.Policy);
            }
        }
    }

    [Fact]
    public void EvaluationWithAHorizon_SumsThatManyRewards()
    {
        var model = new TabularModel(ModelFixture.Corridor(4, 0.5));
        var settings = new PolicyIterationSettings { Gamma = 0.5 };
        Assert.Equal([-1, -1, -1, -1], PolicyIteration.Evaluate(model, [1, 1, 1, 1], settings with { Horizon = 1 }), new Nearly(0));

        // From the third state half of the walks have ended after the first step; the last state goes back.
        Assert.Equal([-1.5, -1.5, -1.25, -1.5], PolicyIteration.Evaluate(model, [1, 1, 1, 0], settings with { Horizon = 2 }), new Nearly(1e-15));
        Assert.Contains("2 actions for 4 states", Assert.Throws<ArgumentException>(() => PolicyIteration.Evaluate(model, [1, 1], settings)).Message, StringComparison.Ordinal);
        Assert.Contains("action 2 in state 1", Assert.Throws<ArgumentException>(() => PolicyIteration.Evaluate(model, [1, 2, 1, 1], settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHorizonTooLargeToUnroll_IsRefusedBeforeMemoryIsTaken() =>
        Assert.Contains("take value iteration", Assert.Throws<ArgumentException>(() => Solve("lrtdp", Model("FrozenLake-v1"), 1_000_000)).Message, StringComparison.Ordinal);

    [Fact]
    public void AChamberThatNoStartLeadsTo_IsLeftOut_AndTheRestSolved()
    {
        using var world = new GridWorld("S..G/####/..#.", slip: 0);
        var model = new TabularModel(world);
        foreach (var sweep in Enum.GetValues<Sweep>())
        {
            Check(ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1, Sweep = sweep }));
        }

        Check(PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = 1 }));

        void Check(Solution solution)
        {
            Assert.Equal([0.88, 0.92, 0.96], solution.Values[..3].ToArray(), new Nearly(1e-12));
            Assert.Equal([8, 9, 11], Enumerable.Range(0, 12).Where(state => !solution.IsTouched(state)));
        }
    }

    [Fact]
    public void WhatHasProbabilityZero_LeadsNowhere()
    {
        // State 1 goes round for ever, but nothing leads there.
        var model = new TabularModel(new ModelFixture(2, 1, (state, _) => state == 0 ? [new Transition(1, 0, 3, true), new Transition(0, 1, 5, false)] : [new Transition(1, 1, -1, false)]));
        Assert.Equal(3, ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1 }).StartValue);
    }

    [Fact]
    public void ANegativeProbabilityToBegin_IsNamed() => Assert.Contains("state 1 the probability -1", Assert.Throws<ArgumentException>(() =>
        new TabularModel(new ModelFixture(2, 1, (_, _) => [new Transition(1, 0, 0, true)], initial: [2, -1]))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Taxi-v3", 20)]
    [InlineData("FrozenLake-v1", 1)]
    [InlineData("Gambler-v0", 1)]
    [InlineData("CliffWalking-v1", 0)]
    [InlineData("CarRental-v0", double.PositiveInfinity)]
    public void UpperBound_IsNoLessThanAnyValue(string id, double expected)
    {
        var model = Model(id);
        Assert.Equal(expected, model.UpperBound(1), 1e-12);
        foreach (var gamma in new[] { 0.5, 0.9, 0.99 })
        {
            var bound = model.UpperBound(gamma);
            Assert.All(ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma }).Values.ToArray(), value => Assert.True(value <= bound + 1e-9, $"{value} against {bound}"));
        }
    }

    [Fact]
    public void GreedyPlayThatGoesRoundWithoutCost_IsNamed_InsteadOfAValueMuchTooHigh()
    {
        // In the lake's first row a walker who always goes up comes to no harm, and to no goal: 1 is a value there that nothing contradicts.
        var message = Assert.Throws<InvalidOperationException>(() => LabelledRtdp.Solve(Model("FrozenLake-v1"), new RtdpSettings { InitialValue = 1, Trials = 100_000 })).Message;
        Assert.Contains("From state 0 greedy play, beginning with action 3,", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => RealTimeDynamicProgramming.Solve(Model("FrozenLake-v1"), new RtdpSettings { InitialValue = 1, MaximumSteps = 1000 }));
    }

    [Theory]
    [InlineData("Racetrack-v0", 1.0)]
    [InlineData("FrozenLake8x8-v1", 0.99)]
    public void LabelledRtdp_LabelsAState_OnlyWhenItsWholeGreedyReachHasSmallResidual(string id, double gamma)
    {
        // Labels are looked at through their consequence: whatever greedy play from the start can meet is consistent, and was looked at.
        const double tolerance = 1e-4;
        var model = Model(id);
        var solution = LabelledRtdp.Solve(model, new RtdpSettings { Gamma = gamma, InitialValue = model.UpperBound(gamma), Tolerance = tolerance, Trials = 1_000_000 });
        double[] values = [.. solution.Values, 0];
        var (reached, largest) = (new HashSet<int>(), 0.0);
        var open = new Stack<int>(Enumerable.Range(0, model.StateCount).Where(state => model.InitialDistribution[state] > 0));
        while (open.TryPop(out var state))
        {
            if (state != model.StateCount && reached.Add(state))
            {
                Assert.True(solution.IsTouched(state));
                largest = Math.Max(largest, Math.Abs(model.Backup(state, values, gamma, out var action) - values[state]));
                foreach (var next in model.NextStates(state, action))
                {
                    open.Push(next);
                }
            }
        }

        Assert.InRange(largest, 0, tolerance);
        Assert.Equal(largest, solution.Counts.Residual);
        Assert.InRange(reached.Count, 2, model.StateCount - 1);
    }

    [Fact]
    public void Rtdp_SamplesOutcomesFromTheModel()
    {
        // Nine cells, each left with probability 0.3: 9 / 0.3 steps a trial in the mean.
        const int trials = 4000;
        var lengths = new List<double>();
        RealTimeDynamicProgramming.Solve(new TabularModel(ModelFixture.Corridor(10, 0.3)), new RtdpSettings { Trials = trials }, trial => lengths.Add(trial.Steps));
        var steps = lengths[^2000..];
        Assert.Equal(30, steps.Average(), 3 * Math.Sqrt(9 * 0.7) / 0.3 / Math.Sqrt(steps.Count));
    }

    [Fact]
    public void Rtdp_NeedsAdmissibleInitialValues()
    {
        // A short way that pays 1 and a detour that pays 2: who thinks too little of what he does not know never goes round.
        var model = new TabularModel(new ModelFixture(2, 2, (state, action) => [state == 0 && action == 1 ? new Transition(1, 1, 0, false) : new Transition(1, state, state == 0 ? 1 : 2, true)]));
        Assert.Equal(2, RealTimeDynamicProgramming.Solve(model, new RtdpSettings { InitialValue = 2 }).StartValue);
        Assert.Equal(1, RealTimeDynamicProgramming.Solve(model, new RtdpSettings { InitialValue = 0 }).StartValue);
    }

    private static Solution Solve(string method, TabularModel model, int horizon) => method switch
    {
        "value-iteration" => ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1, Horizon = horizon }),
        "policy-iteration" => PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = 1, Horizon = horizon }),
        "rtdp" => RealTimeDynamicProgramming.Solve(model, new RtdpSettings { Horizon = horizon, InitialValue = model.UpperBound(1, horizon), Trials = 30_000 }),
        _ => LabelledRtdp.Solve(model, new RtdpSettings { Horizon = horizon, InitialValue = model.UpperBound(1, horizon), Trials = 1_000_000, Tolerance = 1e-10 }),
    };

    private static TabularModel Model(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        return new TabularModel(environment.As<IFiniteMdp>()!);
    }
}
