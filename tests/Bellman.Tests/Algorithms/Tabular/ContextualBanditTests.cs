using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Bandits that see a situation: five arms whose pay is linear in six features, with noise of deviation 0.1.</summary>
public sealed class ContextualBanditTests
{
    private const int Arms = 5;
    private const int Features = 6;

    [Fact]
    public void LinUcb_RegretsLess_ThanRandomTrials_AndThanWhoSeesNoSituation()
    {
        var bound = Regret(seed => new LinUcbBandit(Arms, Features, 0.5, seed));
        var trials = Regret(seed => new LinearEpsilonGreedyBandit(Arms, Features, 0.1, seed));
        var blind = Regret(seed => new LinearEpsilonGreedyBandit(Arms, 1, 0.1, seed), blind: true);
        TestContext.Current.SendDiagnosticMessage($"Regret after 250, 1000 and 4000 pulls: LinUCB {Row(bound)}; linear ε-greedy {Row(trials)}; ε-greedy without features {Row(blind)}");

        // Random trials cost the same for ever; bounds cost less and less.
        Assert.True(3 * bound[2] < trials[2] && 3 * trials[2] < blind[2], $"{bound[2]}, {trials[2]}, {blind[2]}");
        Assert.InRange(trials[2] - trials[1], 2.5 * (trials[1] - trials[0]), 6 * (trials[1] - trials[0]));
        Assert.True(bound[2] - bound[1] < 1.5 * (bound[1] - bound[0]), $"{bound[0]}, {bound[1]}, {bound[2]}");

        static string Row(double[] values) => string.Join(' ', values.Select(value => $"{value:0.0}"));
    }

    [Fact]
    public void Weights_AreThoseOfRidgeRegression_AndSoIsTheBound()
    {
        // A = I + Σ x·xᵀ, b = Σ r·x: solved again by elimination.
        var random = new SplittableRandom(5);
        var bandit = new LinUcbBandit(2, 3, 2, 1);
        var (matrix, right) = (new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }, new double[3]);
        for (var pull = 0; pull < 40; pull++)
        {
            double[] context = [random.Normal(), random.Normal(), random.Normal()];
            var reward = (double)random.Normal();
            bandit.Learn(context, 1, reward);
            for (var i = 0; i < 3; i++)
            {
                right[i] += reward * context[i];
                for (var j = 0; j < 3; j++)
                {
                    matrix[i, j] += context[i] * context[j];
                }
            }
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(right[i], Enumerable.Range(0, 3).Sum(j => matrix[i, j] * bandit.Weights[3 + j]), 1e-10);
        }

        // The other arm is not known at all: its bound is the width times the length of the context.
        Assert.Equal([0, 40], bandit.Counts);
        Assert.Equal(0, bandit.Choose([100, 0, 0]));
    }

    [Fact]
    public void EachArm_MayHaveItsOwnContext_AndOtherLengthsAreRefused()
    {
        var bandit = new LinUcbBandit(2, 1, 1, 1);
        Assert.Equal(1, bandit.Choose([0.5, 2]));
        bandit.Learn([0.5, 2], 1, 3);
        Assert.Equal(3 * 2 / 5.0 * 2, bandit.Expected([0.5, 2], 1), 1e-12);
        Assert.Contains("1 features, or 2", Assert.Throws<ArgumentException>(() => bandit.Choose([1, 2, 3])).Message, StringComparison.Ordinal);
    }

    // The mean over 40 problems of what the best arm would have paid more, after 250, 1000 and 4000 pulls.
    private static double[] Regret(Func<ulong, ContextualBandit> make, bool blind = false)
    {
        var problems = Enumerable.Range(1, 40).AsParallel().Select(run =>
        {
            var random = new SplittableRandom((ulong)run);
            var truth = Enumerable.Range(0, Arms * Features).Select(_ => random.Normal() / Math.Sqrt(Features)).ToArray();
            var (bandit, context, regret, marks) = (make((ulong)run + 1000), new double[Features], 0.0, new List<double>());
            for (var pull = 1; pull <= 4000; pull++)
            {
                context[0] = 1;
                for (var i = 1; i < Features; i++)
                {
                    context[i] = random.Normal();
                }

                var pays = Enumerable.Range(0, Arms).Select(arm => Enumerable.Range(0, Features).Sum(i => truth[(arm * Features) + i] * context[i])).ToArray();
                var seen = blind ? context.AsSpan(0, 1) : context;
                var chosen = bandit.Choose(seen);
                bandit.Learn(seen, chosen, pays[chosen] + (0.1 * random.Normal()));
                regret += pays.Max() - pays[chosen];
                if (pull is 250 or 1000 or 4000)
                {
                    marks.Add(regret);
                }
            }

            return marks;
        }).ToArray();
        return [.. Enumerable.Range(0, 3).Select(mark => problems.Average(marks => marks[mark]))];
    }
}
