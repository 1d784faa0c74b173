using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Judging one policy by the play of another: Sutton and Barto's figures 5.3 and 5.4.</summary>
public sealed class ImportanceSamplingTests
{
    // Thirteen with a usable ace against a deuce, sticking on 20 and 21 alone.
    private const double Worth = -0.27726;
    private static readonly int Hand = Blackjack.StateOf(13, 2, true);

    [Fact]
    public void WorthOfTheBlackjackHand_IsThePublishedOne()
    {
        var policy = Enumerable.Repeat(1, 291).ToArray();
        foreach (var (open, ace) in from open in Enumerable.Range(1, 10) from ace in new[] { false, true } select (open, ace))
        {
            policy[Blackjack.StateOf(20, open, ace)] = policy[Blackjack.StateOf(21, open, ace)] = 0;
        }

        // The book's own figure is the mean of a hundred million hands; its deviation is below 1, so that five digits may be off by some units.
        var values = PolicyIteration.Evaluate(new TabularModel(new Blackjack(sab: false)), policy, new PolicyIterationSettings { Gamma = 1 });
        Assert.Equal(Worth, values[Hand], 3e-4);
    }

    [Fact]
    public void WeightedSampling_ErrsLess_MostAtFirst_AndBothFindTheWorth()
    {
        int[] marks = [1, 3, 10, 100, 3000];
        const int runs = 400;
        var estimates = marks.Select(_ => (Ordinary: new double[runs], Weighted: new double[runs])).ToArray();
        Parallel.For(0, runs, run =>
        {
            var (ordinary, weighted) = (new OffPolicyPrediction(292, weighted: false), new OffPolicyPrediction(292, weighted: true));
            var random = new SplittableRandom((ulong)run + 1);
            using var game = new Blackjack(sab: false);
            for (var episode = 1; episode <= marks[^1]; episode++)
            {
                Learn(game, random, ordinary, weighted);
                if (Array.IndexOf(marks, episode) is >= 0 and var mark)
                {
                    (estimates[mark].Ordinary[run], estimates[mark].Weighted[run]) = (ordinary.Values[Hand], weighted.Values[Hand]);
                }
            }
        });
        for (var i = 0; i < marks.Length; i++)
        {
            var (ordinary, weighted) = (SquaredError(estimates[i].Ordinary), SquaredError(estimates[i].Weighted));
            TestContext.Current.SendDiagnosticMessage($"after {marks[i]} hands: mean squared error {ordinary:0.#####} ordinary, {weighted:0.#####} weighted; mean {estimates[i].Ordinary.Average():0.0000} and {estimates[i].Weighted.Average():0.0000}");
            Assert.True(ordinary > (marks[i] <= 3 ? 10 : marks[i] <= 10 ? 1.5 : 1) * weighted, $"{ordinary} against {weighted}");

            // Ordinary sampling is unbiased however few the hands.
            Assert.Equal(Worth, estimates[i].Ordinary.Average(), 3 * Math.Sqrt(ordinary / runs));
        }

        Assert.True(SquaredError(estimates[^1].Weighted) < 4e-3 && SquaredError(estimates[^1].Ordinary) < 5e-3);
    }

    [Fact]
    public void OneStateWithInfiniteVariance_IsFoundByWeights_AndNotByCounts()
    {
        // Left goes back with 0.9 and else ends with 1; right ends with 0. Judged: always left, worth 1. Played: either, as a coin falls.
        const int runs = 10;
        var far = 0;
        for (var run = 0; run < runs; run++)
        {
            var (ordinary, weighted) = (new OffPolicyPrediction(1, weighted: false), new OffPolicyPrediction(1, weighted: true));
            var random = new SplittableRandom((ulong)run + 1);
            for (var episode = 0; episode < 100_000; episode++)
            {
                var ended = false;
                while (!ended)
                {
                    var left = random.NextInt32(2) == 0;
                    ended = !left || random.NextDouble() < 0.1;
                    ordinary.Learn(0, left ? 2 : 0, left && ended ? 1 : 0, 0, ended);
                    weighted.Learn(0, left ? 2 : 0, left && ended ? 1 : 0, 0, ended);
                }
            }

            // All returns that count are 1, so that their weighted mean is, too.
            Assert.Equal(1, weighted.Values[0], 1e-12);
            far += Math.Abs(ordinary.Values[0] - 1) > 0.1 ? 1 : 0;
        }

        Assert.True(far >= runs / 2, $"Of {runs} ordinary estimates, each from 100,000 episodes, only {far} were off by more than 0.1.");
    }

    [Fact]
    public void EqualPolicies_GivePlainMonteCarlo()
    {
        foreach (var weighted in new[] { false, true })
        {
            var (plain, judged) = (new MonteCarloPrediction(3, gamma: 0.9, everyVisit: false), new OffPolicyPrediction(3, weighted, 0.9));
            var random = new SplittableRandom(3);
            var state = 1;
            for (var step = 0; step < 300; step++)
            {
                var (next, ended, reward) = (random.NextInt32(3), random.NextInt32(5) == 0, random.NextDouble());
                plain.Learn(state, reward, next, ended);
                judged.Learn(state, 1, reward, next, ended);
                state = next;
            }

            Assert.Equal(plain.Values, judged.Values, new Nearly(1e-12));
        }
    }

    [Fact]
    public void ActionThatWasNeverPlayed_HasNoRatio() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OffPolicyPrediction(1, weighted: true).Learn(0, double.PositiveInfinity, 0, 0, true));

    // A hand played by a coin from the state of the figure on.
    private static void Learn(Blackjack game, SplittableRandom random, params OffPolicyPrediction[] judges)
    {
        var state = Hand;
        var ended = false;
        while (!ended)
        {
            var sticks = state % 291 is var s && (s / 10 == 16 || s / 10 == 17 || s / 10 >= 26);
            var action = random.NextInt32(2);
            var left = random.NextDouble();
            var outcomes = game.Transitions(state, action);
            var place = 0;
            while (place < outcomes.Length - 1 && (left -= outcomes[place].Probability) >= 0)
            {
                place++;
            }

            foreach (var judge in judges)
            {
                judge.Learn(state, (action == 0) == sticks ? 2 : 0, outcomes[place].Reward, outcomes[place].NextState, outcomes[place].Terminated);
            }

            (state, ended) = (outcomes[place].NextState, outcomes[place].Terminated);
        }
    }

    private static double SquaredError(double[] estimates) => estimates.Average(value => (value - Worth) * (value - Worth));
}
