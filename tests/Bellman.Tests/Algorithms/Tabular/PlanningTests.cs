namespace Bellman.Tests;

/// <summary>Dynamic programming, RTDP and search against values that follow by hand, against each other, and against broken models.</summary>
public sealed class PlanningTests
{
    [Theory]
    [InlineData(Sweep.Synchronous)]
    [InlineData(Sweep.InPlace)]
    [InlineData(Sweep.Prioritized)]
    public void ValueIteration_FindsTheExpectedTimeToTheEnd(Sweep sweep)
    {
        // Each cell takes 1/0.5 steps in the mean.
        var solution = ValueIteration.Solve(new TabularModel(ModelFixture.Corridor(6, 0.5)), new ValueIterationSettings { Gamma = 1, Sweep = sweep, Tolerance = 1e-12 });
        Assert.Equal([-10, -8, -6, -4, -2], solution.Values[..5].ToArray(), new Nearly(1e-9));
        Assert.All(solution.Policy[..5], action => Assert.Equal(1, action));
        Assert.Equal(-10, solution.StartValue, 1e-9);
    }

    [Fact]
    public void Orders_AgreeOnARandomModel_AndThreadsGiveTheSameBits()
    {
        var model = new TabularModel(ModelFixture.Random(200, 3, 5, 1));
        var settings = new ValueIterationSettings { Gamma = 0.95, Tolerance = 1e-12, Sweep = Sweep.Synchronous };
        var reference = ValueIteration.Solve(model, settings);
        Assert.Equal(reference.Values.ToArray(), ValueIteration.Solve(model, settings with { Threads = 3 }).Values.ToArray());
        Solution[] others =
        [
            ValueIteration.Solve(model, settings with { Sweep = Sweep.InPlace }), ValueIteration.Solve(model, settings with { Sweep = Sweep.Prioritized }),
            PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = 0.95, Tolerance = 1e-12 }),
            PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = 0.95, Tolerance = 1e-12, EvaluationSweeps = 3 }),
        ];
        Assert.All(others, other => Assert.Equal(reference.Values.ToArray(), other.Values.ToArray(), new Nearly(1e-9)));
        Assert.All(others, other => Assert.Equal(reference.Policy, other.Policy));

        // In place information travels within a pass.
        Assert.True(others[0].Counts.Sweeps < reference.Counts.Sweeps, $"{others[0].Counts.Sweeps} against {reference.Counts.Sweeps}");
    }

    [Fact]
    public void PolicyEvaluation_GivesTheValuesOfThatPolicy()
    {
        var model = new TabularModel(ModelFixture.Corridor(3, 1));
        var settings = new PolicyIterationSettings { Gamma = 0.5 };
        // The last state is left again by action 0.
        Assert.Equal([-1.5, -1, -1.5], PolicyIteration.Evaluate(model, [1, 1, 0], settings), new Nearly(1e-9));
        Assert.Contains("action 0 in state 1", Assert.Throws<ArgumentException>(() =>
            PolicyIteration.Evaluate(new TabularModel(new ModelFixture(2, 2, (state, action) => state == 1 && action == 0 ? [] : [new Transition(1, 1, 0, true)])), [0, 0], settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Horizon_CountsStepsFromTheFirst()
    {
        // The end is three steps away: within two nothing but the price of the steps can be had.
        var model = new TabularModel(ModelFixture.Corridor(4, 1));
        double Start(int horizon) => ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1, Horizon = horizon }).StartValue;
        Assert.Equal([-1, -2, -3, -3, -3], new[] { 1, 2, 3, 4, 9 }.Select(Start), new Nearly(0));
    }

    [Fact]
    public void Ties_GiveAllGreedyActions_AndTheSmallestFirst()
    {
        var model = new TabularModel(new ModelFixture(1, 4, (_, action) => [new Transition(1, 0, action == 0 ? 0 : action == 3 ? 1 - 1e-12 : 1, true)]));
        var solution = ValueIteration.Solve(model, new ValueIterationSettings());
        Assert.Equal(1, solution.Policy[0]);
        Assert.Equal([1, 2, 3], solution.Greedy(0));
    }

    [Fact]
    public void BrokenModels_AreNamedWithStateAndActionBeforeAnySweep()
    {
        static string Message(Func<int, int, Transition[]> transitions) => Assert.Throws<ArgumentException>(() => new TabularModel(new ModelFixture(3, 2, transitions))).Message;
        static Transition[] Fine() => [new Transition(1, 0, 0, true)];
        Assert.Contains("action 1 in state 2 sum to 0.9,", Message((s, a) => s == 2 && a == 1 ? [new Transition(0.9, 0, 0, true)] : Fine()), StringComparison.Ordinal);
        Assert.Contains("action 0 in state 1", Message((s, a) => s == 1 && a == 0 ? [new Transition(1, 0, double.NaN, true)] : Fine()), StringComparison.Ordinal);
        Assert.Contains("state 7 of 3", Message((s, a) => s == 1 ? [new Transition(1, 7, 0, true)] : Fine()), StringComparison.Ordinal);
        Assert.Contains("State 1 allows no action", Message((s, a) => s == 1 ? [] : Fine()), StringComparison.Ordinal);

        // State 1 goes round for ever, and the start may get there.
        var endless = new TabularModel(new ModelFixture(3, 2, (s, a) => s == 1 || a == 0 ? [new Transition(1, 1, -1, false)] : Fine()));
        var message = Assert.Throws<ArgumentException>(() => ValueIteration.Solve(endless, new ValueIterationSettings { Gamma = 1 })).Message;
        Assert.Contains("state 1 has none: action 0", message, StringComparison.Ordinal);
        Assert.Equal(-10, ValueIteration.Solve(endless, new ValueIterationSettings { Gamma = 0.9 }).Values[1], 1e-8);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    public void Rtdp_ReachesTheOptimum_AndTouchesOnlyWhatItMeets(double epsilon)
    {
        // The states below the start cannot be met from it.
        var model = new TabularModel(new ModelFixture(40, 2, (state, action) =>
            [new Transition(1, action == 1 ? Math.Min(state + 1, 39) : Math.Max(state - 1, 20), -1, action == 1 && state == 38)], start: 20));
        var touched = 0;
        var solution = RealTimeDynamicProgramming.Solve(model, new RtdpSettings { Trials = 400, Epsilon = epsilon, EpsilonDecay = 0.98 }, trial => touched = trial.StatesTouched);
        Assert.Equal(-19, solution.Values[20], 1e-9);
        Assert.Equal(19, touched);
        Assert.All(solution.Values[..20].ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void LabelledRtdp_EndsByItself_WithFewerBackupsThanSweeping()
    {
        var model = new TabularModel(new ModelFixture(400, 2, (state, action) =>
            [new Transition(0.8, action == 1 ? Math.Min(state + 1, 399) : Math.Max(state - 1, 0), -1, action == 1 && state == 398), new Transition(0.2, state, -1, false)], start: 380));
        var settings = new RtdpSettings { Tolerance = 1e-6, Trials = 100_000 };
        var swept = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1, Tolerance = 1e-6 });
        var labelled = LabelledRtdp.Solve(model, settings);
        Assert.Equal(-19 / 0.8, swept.StartValue, 1e-3);
        Assert.Equal(-19 / 0.8, labelled.StartValue, 1e-3);
        Assert.True(labelled.Counts.Backups < swept.Counts.Backups / 5, $"{labelled.Counts.Backups} against {swept.Counts.Backups}");
    }

    [Fact]
    public void SearchedValue_DiscountsWhatLiesAhead()
    {
        // Four moves in a row to a prize of 100, and a smaller one on the way that ends the game.
        static IEnumerable<(double, int)> Moves(int state) => state switch
        {
            0 => [(0, 1), (50, 9)],
            1 => [(0, 2)],
            2 => [(0, 3)],
            3 => [(100, 9)],
            _ => [],
        };
        var search = new ValueSearch<int>(Moves, 0.9);
        Assert.Equal([100, 90, 81, 72.9], new[] { 3, 2, 1, 0 }.Select(state => search.Value(state, 10)), new Nearly(1e-12));
        Assert.Equal(0, search.BestAction(0, 10));

        // Two steps ahead the prize is out of sight.
        Assert.Equal((50, 1), (search.Value(0, 2), search.BestAction(0, 2)));
        Assert.Equal(-1, search.BestAction(9, 2));
    }

    [Fact]
    public void Search_GoesDeeperThanTheProgramsStack_AndRefusesWhatIsNoDepth()
    {
        var search = new ValueSearch<int>(state => state < 200_000 ? [(-1, state + 1)] : [], 1);
        Assert.Equal(-200_000, search.Value(0, 300_000));
        Assert.Equal(0, search.Value(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => search.Value(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => search.BestAction(0, 0));
    }

    [Fact]
    public void SearchOnAModel_AgreesWithDynamicProgramming_AndRefusesChance()
    {
        using var cliff = new CliffWalking();
        using var lake = new FrozenLake();
        var model = new TabularModel(cliff);
        var (search, solution) = (ValueSearch.On(model, 0.99), ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 0.99, Horizon = 40 }));
        for (var state = 0; state < model.StateCount; state++)
        {
            Assert.Equal(solution.Values[state], search.Value(state, 40), 1e-12);
            Assert.Contains(search.BestAction(state, 40), solution.Greedy(state));
        }

        Assert.Contains("action 0 in state 0", Assert.Throws<ArgumentException>(() => ValueSearch.On(new TabularModel(lake), 1)).Message, StringComparison.Ordinal);

        // A forbidden action keeps its number.
        var forbidden = new TabularModel(new ModelFixture(1, 2, (_, action) => action == 0 ? [] : [new Transition(1, 0, 7, true)]));
        Assert.Equal((7, 1), (ValueSearch.On(forbidden, 1).Value(0, 3), ValueSearch.On(forbidden, 1).BestAction(0, 3)));
    }
}
