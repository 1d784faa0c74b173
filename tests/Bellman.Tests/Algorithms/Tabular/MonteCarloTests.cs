namespace Bellman.Tests;

/// <summary>Monte Carlo control on blackjack, held to exact values.</summary>
public sealed class MonteCarloTests
{
    private const double Epsilon = 0.1;
    private static readonly TabularModel Cards = new(new Blackjack(sab: false));
    private static readonly Solution Optimum = ValueIteration.Solve(Cards, new ValueIterationSettings { Gamma = 1 });

    [Fact]
    public void ExploringStarts_PlayBlackjackOptimally()
    {
        var learner = Play(new MonteCarloControl(291, 2, Settings with { Epsilon = 0, ExploringStarts = true }), 4_000_000);
        Report("exploring starts", learner, Cards, Optimum.StartValue);
        Assert.Equal(-0.046556, Optimum.StartValue, 5e-7);
        Assert.InRange(StartValue(learner, Cards), Optimum.StartValue - 5e-4, Optimum.StartValue);

        Assert.Equal([17, 13, 13, 12, 12, 12, 17, 17, 17, 17], Thresholds(learner, ace: false));
        Assert.Equal([19, 18, 18, 18, 18, 18, 18, 18, 19, 19], Thresholds(learner, ace: true));
    }

    [Fact]
    public void SoftPolicies_ReachTheBestOfTheirKind()
    {
        // Actions of the soft model are what the ε-soft policy does when it means them.
        using var game = new Blackjack(sab: false);
        var soft = new TabularModel(new ModelFixture(291, 2, (state, action) =>
        [
            .. game.Transitions(state, action).ToArray().Select(outcome => outcome with { Probability = (1 - (Epsilon / 2)) * outcome.Probability }),
            .. game.Transitions(state, 1 - action).ToArray().Select(outcome => outcome with { Probability = Epsilon / 2 * outcome.Probability }),
        ], initial: Cards.InitialDistribution.ToArray()));
        var best = ValueIteration.Solve(soft, new ValueIterationSettings { Gamma = 1 }).StartValue;
        var learner = Play(new MonteCarloControl(291, 2, Settings), 2_000_000);
        Report("soft", learner, soft, best);
        Assert.InRange(StartValue(learner, soft), best - 1e-3, best);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OffPolicyControl_PlaysBlackjackOptimally_WhileItExplores(bool weighted)
    {
        var learner = Play(new OffPolicyMonteCarlo(291, 2, Settings with { Epsilon = 0.2, WeightedImportance = weighted }), 2_000_000);
        Report(weighted ? "off-policy, weighted" : "off-policy, ordinary", learner, Cards, Optimum.StartValue);
        Assert.InRange(StartValue(learner, Cards), Optimum.StartValue - 5e-4, Optimum.StartValue);
    }

    [Fact]
    public void FirstVisits_CountOnce_AndEveryVisitEachTime()
    {
        // One state visited thrice, for 1 each: returns 3, 2, 1.
        foreach (var (everyVisit, expected) in new[] { (false, 3.0), (true, 2.0) })
        {
            var learner = new MonteCarloControl(1, 1, Settings with { EveryVisit = everyVisit });
            learner.Begin(0);
            learner.Step(1, 0, false, false);
            learner.Step(1, 0, false, false);
            learner.Step(1, 0, true, false);
            Assert.Equal(expected, learner.Table[0, 0], 1e-12);
        }
    }

    [Fact]
    public void BrokenOffEpisode_CountsWhatItsLastStateIsWorth()
    {
        foreach (var make in new Func<TabularSettings, TabularLearner>[] { settings => new MonteCarloControl(2, 2, settings), settings => new OffPolicyMonteCarlo(2, 2, settings) })
        {
            var learner = make(Settings with { Gamma = 0.5, Epsilon = 0 });
            (learner.Table[1, 0], learner.Table[1, 1]) = (8, 100);
            learner.Begin(0, [1, 0]);
            learner.Step(1, 1, false, true, [1, 0]);
            Assert.Equal(5, learner.Table[0, 0]);
        }
    }

    private static TabularSettings Settings => new() { Gamma = 1, SampleAverage = true, Epsilon = Epsilon };

    private static TabularLearner Play(TabularLearner learner, int hands)
    {
        using var game = new ModelEnvironment(new Blackjack(sab: false), exploringStarts: true);
        var play = new TabularPlay(game, learner, seed: 1);
        for (var hand = 0; hand < hands; hand++)
        {
            play.Episode();
        }

        return learner;
    }

    private static double StartValue(TabularLearner learner, TabularModel model)
    {
        var values = PolicyIteration.Evaluate(model, [.. Enumerable.Range(0, 291).Select(state => learner.Table.Greedy(state))], new PolicyIterationSettings { Gamma = 1 });
        return Enumerable.Range(0, 291).Sum(state => model.InitialDistribution[state] * values[state]);
    }

    private static IEnumerable<int> Thresholds(TabularLearner learner, bool ace) =>
        Enumerable.Range(1, 10).Select(open => Enumerable.Range(12, 10).FirstOrDefault(sum => learner.Table.Greedy(Blackjack.StateOf(sum, open, ace)) == 0));

    private static void Report(string method, TabularLearner learner, TabularModel model, double best) => TestContext.Current.SendDiagnosticMessage(
        $"{method}: the greedy policy is worth {StartValue(learner, model):0.000000}, the best {best:0.000000}; sticks at {string.Join(' ', Thresholds(learner, false))}, with an ace {string.Join(' ', Thresholds(learner, true))}");
}
