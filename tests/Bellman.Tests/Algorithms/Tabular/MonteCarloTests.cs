namespace Bellman.Tests;

/// <summary>Monte Carlo control on blackjack, held to exact values.</summary>
public sealed class MonteCarloTests
{
    private const double Epsilon = 0.1;
    private static readonly TabularModel Cards = new(new Blackjack(sab: false));
    private static readonly Solution Optimum = ValueIteration.Solve(Cards, new ValueIterationSettings { Gamma = 1 });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    public void ExploringStarts_PlayBlackjackOptimally(ulong seed)
    {
        const int hands = 4_000_000;
        var learner = Play(new MonteCarloControl(291, 2, Settings with { Epsilon = 0, ExploringStarts = true }), hands, seed);
        Report("exploring starts", learner, Cards, Optimum.StartValue);
        Assert.Equal(-0.046556, Optimum.StartValue, 5e-7);
        Assert.InRange(StartValue(learner, Cards), Optimum.StartValue - 5e-4, Optimum.StartValue);

        // Each pair of state and action comes first in one hand of 580, so that a difference of two means, of returns that deviate by less than 1, has a standard error below √(2 · 580 / hands).
        // Where both actions are worth the same within three of those, either threshold may come out: sixteen against a ten is such a hand, where hitting is better by 0.0065, twelve against a four another.
        var otherwise = States().Where(state => !Optimum.Greedy(state).Contains(learner.Table.Greedy(state))).Select(state => Optimum.Values[state] - Optimum.ActionValue(state, learner.Table.Greedy(state))).ToArray();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}, what hands played otherwise than by the best policy cost each: {string.Join(", ", otherwise.Select(cost => $"{cost:0.0000}"))}");
        Assert.All(otherwise, cost => Assert.InRange(cost, 0, 3 * Math.Sqrt(2 * 580.0 / hands)));
        Assert.InRange(otherwise.Length, 0, 6);
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

    private static TabularLearner Play(TabularLearner learner, int hands, ulong seed = 1)
    {
        using var game = new ModelEnvironment(new Blackjack(sab: false), exploringStarts: true);
        var play = new TabularPlay(game, learner, seed);
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

    private static IEnumerable<int> States() =>
        from open in Enumerable.Range(1, 10) from ace in new[] { false, true } from sum in Enumerable.Range(12, 10) select Blackjack.StateOf(sum, open, ace);

    private static IEnumerable<int> Thresholds(TabularLearner learner, bool ace) =>
        Enumerable.Range(1, 10).Select(open => Enumerable.Range(12, 10).FirstOrDefault(sum => learner.Table.Greedy(Blackjack.StateOf(sum, open, ace)) == 0));

    private static void Report(string method, TabularLearner learner, TabularModel model, double best) => TestContext.Current.SendDiagnosticMessage(
        $"{method}: the greedy policy is worth {StartValue(learner, model):0.000000}, the best {best:0.000000}; sticks at {string.Join(' ', Thresholds(learner, false))}, with an ace {string.Join(' ', Thresholds(learner, true))}");
}
