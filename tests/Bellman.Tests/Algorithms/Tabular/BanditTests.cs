namespace Bellman.Tests;

/// <summary>Bandits on the ten-armed test bed: means drawn from N(0, 1), rewards from N(mean, 1) (Sutton and Barto, section 2.3).</summary>
public sealed class BanditTests
{
    [Fact]
    public void TestBed_RanksTheMethodsAsTheBookDoes()
    {
        var greedy = BestShare(seed => new EpsilonGreedyBandit(10, 0, seed));
        var tenth = BestShare(seed => new EpsilonGreedyBandit(10, 0.1, seed));
        var hundredth = BestShare(seed => new EpsilonGreedyBandit(10, 0.01, seed));
        var bound = BestShare(seed => new UpperConfidenceBandit(10, 2, seed));
        var thompson = BestShare(seed => new GaussianThompsonBandit(10, 1, 1, seed));

        // Figures 2.2 and 2.4 at step 1000, read off: greedy a third, ε = 0.01 half, ε = 0.1 four fifths, upper confidence a little more.
        Assert.InRange(greedy, 0.30, 0.42);
        Assert.InRange(hundredth, 0.45, 0.62);
        Assert.InRange(tenth, 0.75, 0.86);
        Assert.True(bound > tenth, $"{bound} against {tenth}");
        Assert.True(thompson > tenth, $"{thompson} against {tenth}");
    }

    [Fact]
    public void GradientBandit_NeedsItsBaseline_WhereRewardsLieAboveZero()
    {
        // Figure 2.5: means drawn from N(4, 1), α = 0.1.
        var with = BestShare(seed => new GradientBandit(10, 0.1, baseline: true, seed), offset: 4);
        var without = BestShare(seed => new GradientBandit(10, 0.1, baseline: false, seed), offset: 4);
        Assert.InRange(with, 0.75, 0.9);
        Assert.True(without < with - 0.2, $"{without} against {with}");
    }

    [Fact]
    public void Optimism_TriesEveryArmWithoutAnyRandomPull()
    {
        var bandit = new EpsilonGreedyBandit(5, 0, 1, learningRate: 0.1, initialValue: 5);
        for (var pull = 0; pull < 5; pull++)
        {
            bandit.Learn(bandit.Choose(), 0);
        }

        Assert.All(bandit.Counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void UpperConfidence_KeepsTheRegretUnderItsBound()
    {
        // Auer, Cesa-Bianchi and Fischer 2002, theorem 1, for two coins of 0.6 and 0.4 and 10,000 tosses.
        const int tosses = 10_000;
        var regret = Enumerable.Range(1, 50).Average(run =>
        {
            var bandit = new UpperConfidenceBandit(2, Math.Sqrt(2), (ulong)run);
            var random = new Random(run);
            for (var toss = 0; toss < tosses; toss++)
            {
                var arm = bandit.Choose();
                bandit.Learn(arm, random.NextDouble() < (arm == 0 ? 0.6 : 0.4) ? 1 : 0);
            }

            return 0.2 * bandit.Counts[1];
        });
        Assert.InRange(regret, 1, (8 * Math.Log(tosses) / 0.2) + ((1 + (Math.PI * Math.PI / 3)) * 0.2));
    }

    [Fact]
    public void Baseline_TellsAThousandFromNineHundredAndNinetyNine()
    {
        // A hundred arms, ten pay 1000 and ninety 999. Against 0 the first arm pulled, whichever it is, looks splendid: its preference rises by α·1000·(1 − 1/100).
        var (with, without) = (Share(baseline: true), Share(baseline: false));
        TestContext.Current.SendDiagnosticMessage($"Share of the best ten among pulls 9,001 to 10,000, mean of 100 runs: {with:0.000} with the sample mean as baseline, {without:0.000} without");
        Assert.InRange(with, 0.95, 1);
        Assert.InRange(without, 0, 0.25);

        static double Share(bool baseline) => Enumerable.Range(1, 100).AsParallel().Average(run =>
        {
            var (bandit, hits) = (new GradientBandit(100, 0.1, baseline, (ulong)run), 0);
            for (var pull = 1; pull <= 10_000; pull++)
            {
                var arm = bandit.Choose();
                bandit.Learn(arm, arm < 10 ? 1000 : 999);
                hits += pull > 9_000 && arm < 10 ? 1 : 0;
            }

            return hits / 1000.0;
        });
    }

    [Fact]
    public void BestOfTenFairCoins_LooksBiased()
    {
        // Exactly: P(max ≤ k) = P(one ≤ k)¹⁰, and E[max] = Σ P(max > k). The sample mean of the best is not its worth.
        var (chance, atMost, mean) = (Math.Pow(0.5, 100), 0.0, 0.0);
        for (var heads = 0; heads < 100; heads++)
        {
            atMost += chance;
            chance *= (100.0 - heads) / (heads + 1);
            mean += 1 - Math.Pow(atMost, 10);
        }

        Assert.Equal(57.678, mean, 5e-4);
    }

    // How often the best arm is pulled in the last fifty of a thousand pulls.
    private static double BestShare(Func<ulong, Bandit> make, double offset = 0) => Enumerable.Range(1, 1000).AsParallel().Average(run =>
    {
        var random = new Numerics.SplittableRandom((ulong)run);
        var worth = Enumerable.Range(0, 10).Select(_ => offset + random.Normal()).ToArray();
        var (best, bandit, hits) = (Array.IndexOf(worth, worth.Max()), make((ulong)run + 10_000), 0);
        for (var pull = 0; pull < 1000; pull++)
        {
            var arm = bandit.Choose();
            bandit.Learn(arm, worth[arm] + random.Normal());
            hits += pull >= 950 && arm == best ? 1 : 0;
        }

        return hits / 50.0;
    });
}
