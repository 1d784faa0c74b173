namespace Bellman.Tests;

/// <summary>Optimal values and policies of textbook problems, to the digits published or computed exactly.</summary>
public sealed class KnownAnswerTests
{
    [Theory]
    [InlineData("FrozenLake-v1", 0.542026)]
    [InlineData("FrozenLake8x8-v1", 0.414640)]
    [InlineData("Taxi-v3", 6.32746)]
    [InlineData("CliffWalking-v1", -12.2479)]
    public void StartValues_OfToyText_ByEveryMethod(string id, double expected)
    {
        var model = Model(id);
        var digits = 0.5 * Math.Pow(10, Math.Abs(expected) >= 10 ? -4 : Math.Abs(expected) >= 1 ? -5 : -6);
        Assert.Equal(expected, ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 0.99 }).StartValue, digits);
        Assert.Equal(expected, PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = 0.99 }).StartValue, digits);

        // More than any state is worth, and an end to trials that would go on for ever.
        var upper = id.StartsWith("Frozen", StringComparison.Ordinal) ? 1 : id == "Taxi-v3" ? 20 : 0;
        Assert.Equal(expected, LabelledRtdp.Solve(model, new RtdpSettings { Gamma = 0.99, InitialValue = upper, Tolerance = 1e-9, Trials = 1_000_000, MaximumSteps = 1000 }).StartValue, digits);
    }

    [Fact]
    public void Gambler_HasThePublishedValuesAndStakes()
    {
        var solution = ValueIteration.Solve(Model("Gambler-v0"), new ValueIterationSettings { Gamma = 1, Tolerance = 1e-14 });
        foreach (var (capital, value) in new[] { (1, 0.002066), (10, 0.043463), (25, 0.16), (50, 0.40), (75, 0.64), (99, 0.964333) })
        {
            Assert.Equal(value, solution.Values[capital], 5e-7);
        }

        Assert.Equal([50, 25, 25, 1, 12, 12], new[] { 50, 25, 75, 51, 12, 37 }.Select(capital => solution.Policy[capital]));
    }

    [Fact]
    public void CarRental_TakesFiveImprovements_ToThePublishedPolicy()
    {
        var model = Model("CarRental-v0");
        var solution = PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = 0.9 }, [.. Enumerable.Repeat(5, 441)]);
        Assert.Equal(5, solution.Counts.Sweeps);
        Assert.Equal([421.414, 574.948, 636.990], new[] { 0, 220, 440 }.Select(state => solution.Values[state]), new Nearly(5e-4));
        int[] expected = [5, 5, 5, 5, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0];
        Assert.Equal(expected, Enumerable.Range(0, 21).Select(second => solution.Policy[(20 * 21) + second] - 5));
    }

    [Fact]
    public void Blackjack_SticksAtThePublishedSums()
    {
        foreach (var (options, value) in new[] { ("", -0.046556), ("sab", -0.043113), ("natural", -0.025729) })
        {
            using var game = new Blackjack(natural: options == "natural", sab: options == "sab");
            var solution = ValueIteration.Solve(new TabularModel(game), new ValueIterationSettings { Gamma = 1 });
            Assert.Equal(value, solution.StartValue, 5e-7);
            Assert.Equal(value, PolicyIteration.Solve(new TabularModel(game), new PolicyIterationSettings { Gamma = 1 }).StartValue, 5e-7);

            // No hand is worth more than a natural at three to two.
            Assert.Equal(value, LabelledRtdp.Solve(new TabularModel(game), new RtdpSettings { Gamma = 1, InitialValue = 1.5, Tolerance = 1e-9, Trials = 1_000_000 }).StartValue, 5e-7);
            if (options.Length == 0)
            {
                int Threshold(int open, bool ace) => Enumerable.Range(12, 10).First(sum => solution.Policy[Blackjack.StateOf(sum, open, ace)] == 0);
                Assert.Equal([17, 13, 13, 12, 12, 12, 17, 17, 17, 17], Enumerable.Range(1, 10).Select(open => Threshold(open, false)));
                Assert.Equal([19, 18, 18, 18, 18, 18, 18, 18, 19, 19], Enumerable.Range(1, 10).Select(open => Threshold(open, true)));
            }
        }
    }

    [Fact]
    public void GridWorld_HasRussellAndNorvigsUtilities()
    {
        var solution = ValueIteration.Solve(Model("GridWorld-v0"), new ValueIterationSettings { Gamma = 1 });
        double[] expected = [0.812, 0.868, 0.918, 0.762, 0.660, 0.705, 0.655, 0.611, 0.388];
        Assert.Equal(expected, new[] { 0, 1, 2, 4, 6, 8, 9, 10, 11 }.Select(cell => solution.Values[cell]), new Nearly(5e-4));
    }

    [Fact]
    public void Mazes_HaveTheirShortestWays()
    {
        Assert.Equal(-15, ValueIteration.Solve(Model("WindyGridWorld-v0"), new ValueIterationSettings { Gamma = 1 }).StartValue, 1e-9);
        Assert.Equal(Math.Pow(0.95, 13), ValueIteration.Solve(Model("DynaMaze-v0"), new ValueIterationSettings { Gamma = 0.95 }).StartValue, 1e-9);
        var walk = ValueIteration.Solve(Model("RandomWalk-v0"), new ValueIterationSettings { Gamma = 1 });
        Assert.Equal([1 / 6.0, 2 / 6.0, 3 / 6.0, 4 / 6.0, 5 / 6.0], walk.Values.ToArray(), new Nearly(1e-8));
    }

    [Theory]
    [InlineData("FrozenLake-v1", 100, 0.7442, 0.7402, 0.7402)]
    [InlineData("FrozenLake8x8-v1", 100, 0.641, null, null)]
    [InlineData("FrozenLake8x8-v1", 200, 0.913, 0.863, 0.886)]
    [InlineData("Taxi-v3", 200, 7.93, 7.93, 7.93)]
    public void LakesAndTaxi_WithTheirLimits_UndiscountedAndByStationaryPolicies(string id, int limit, double best, double? hundredth, double? thousandth)
    {
        var model = Model(id);
        var digits = best is 0.7442 ? 5e-5 : 5e-4;
        Assert.Equal(best, ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1, Horizon = limit }).StartValue, digits);
        foreach (var (gamma, worth) in new[] { (0.99, hundredth), (0.999, thousandth) })
        {
            if (worth is { } expected)
            {
                var policy = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-13 }).Policy;
                var values = PolicyIteration.Evaluate(model, policy, new PolicyIterationSettings { Gamma = 1, Horizon = limit });
                Assert.Equal(expected, Enumerable.Range(0, model.StateCount).Sum(state => model.InitialDistribution[state] * values[state]), digits);
            }
        }
    }

    [Theory]
    [InlineData("Racetrack-v0", 1.0, 0.0)]
    [InlineData("DynaMaze-v0", 0.95, 1.0)]
    public void LabelledRtdp_NeedsFewerBackupsThanSweeping_ForTheSame(string id, double gamma, double upper)
    {
        // Sweeping is let off as soon as the start's value is right, which it could not know; LRTDP has to find its own end.
        var model = Model(id);
        var exact = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-12 }).StartValue;
        var swept = 0;
        ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-12 }, (sweep, values) =>
        {
            var start = Enumerable.Range(0, model.StateCount).Sum(state => model.InitialDistribution[state] * values.Span[state]);
            swept = swept == 0 && Math.Abs(start - exact) <= 1e-3 ? sweep * model.StateCount : swept;
        });
        var labelled = LabelledRtdp.Solve(model, new RtdpSettings { Gamma = gamma, InitialValue = upper, Tolerance = 1e-4, Trials = 1_000_000 });
        TestContext.Current.SendDiagnosticMessage($"{id}: V*(start) {exact:0.#####}, Gauss-Seidel {swept} backups, LRTDP {labelled.Counts.Backups}, {labelled.StartValue:0.#####}");
        Assert.Equal(exact, labelled.StartValue, 1e-3);
        Assert.True(labelled.Counts.Backups < swept, $"{labelled.Counts.Backups} against {swept}");
    }

    private static TabularModel Model(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        return new TabularModel(environment.As<IFiniteMdp>()!);
    }
}
