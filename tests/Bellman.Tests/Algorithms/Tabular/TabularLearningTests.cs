namespace Bellman.Tests;

/// <summary>Tabular learners against the book's figures: means over runs within three standard errors of both samples.</summary>
public sealed class TabularLearningTests
{
    [Theory]
    [InlineData("sarsa", -26.7)]
    [InlineData("q-learning", -50.7)]
    [InlineData("expected-sarsa", -20.9)]
    public void CliffWalking_OnlineReturnOfTheLastHundredEpisodes(string method, double expected)
    {
        const int runs = 500;
        var means = new double[runs];
        Parallel.For(0, runs, run =>
        {
            var (_, returns) = Cliff(method, (ulong)run + 1, 500);
            means[run] = returns[400..].Average();
        });
        AssertMean(expected, means, referenceRuns: 500);
    }

    [Theory]
    [InlineData("q-learning", -13)]
    [InlineData("expected-sarsa", -15)]
    public void CliffWalking_GreedyAfterwards(string method, double expected)
    {
        var greedy = Enumerable.Range(1, 30).Select(run =>
        {
            var (learner, _) = Cliff(method, (ulong)run, 500);
            using var cliff = new CliffWalking();
            var (state, total) = (36, 0.0);
            for (var step = 0; step < 100; step++)
            {
                var outcome = cliff.Transitions(state, learner.Table.Greedy(state))[0];
                total += outcome.Reward;
                state = outcome.NextState;
                if (outcome.Terminated)
                {
                    break;
                }
            }

            return total;
        });
        Assert.All(greedy, value => Assert.Equal(expected, value));
    }

    [Theory]
    [InlineData(0, new[] { 817.0, 697, 513, 265, 126, 53, 17.8 })]
    [InlineData(5, new[] { 844.0, 150, 62.5, 22.7, 17.3, 16.8, 17.0 })]
    [InlineData(50, new[] { 856.0, 39.2, 17.7, 17.4, 17.2, 17.0, 16.8 })]
    public void DynaMaze_StepsAnEpisode(int planning, double[] expected)
    {
        const int runs = 200;
        int[] episodes = [1, 2, 3, 5, 10, 20, 50];
        var lengths = episodes.Select(_ => new double[runs]).ToArray();
        Parallel.For(0, runs, run =>
        {
            using var maze = new DynaMaze();
            var settings = new TabularSettings { LearningRate = 0.1, Gamma = 0.95, Epsilon = 0.1, PlanningSteps = planning, Seed = (ulong)run + 1 };
            var play = new TabularPlay(maze, new DynaQ(54, 4, settings), 1);
            for (var episode = 1; episode <= 50; episode++)
            {
                var (_, steps) = play.Episode();
                if (Array.IndexOf(episodes, episode) is >= 0 and var place)
                {
                    lengths[place][run] = steps;
                }
            }
        });
        for (var i = 0; i < episodes.Length; i++)
        {
            AssertMean(expected[i], lengths[i], referenceRuns: 200);
        }
    }

    [Theory]
    [InlineData("td", 0.05, 0.035)]
    [InlineData("td", 0.10, 0.056)]
    [InlineData("td", 0.15, 0.071)]
    [InlineData("mc", 0.01, 0.096)]
    [InlineData("mc", 0.02, 0.082)]
    [InlineData("mc", 0.04, 0.103)]
    public void RandomWalk_ErrorAfterAHundredEpisodes(string method, double learningRate, double expected)
    {
        const int runs = 400;
        var errors = new double[runs];
        Parallel.For(0, runs, run => errors[run] = Walk(
            5, 0, method == "td" ? new NStepPrediction(5, learningRate, initialValue: 0.5) : new MonteCarloPrediction(5, learningRate, initialValue: 0.5), (ulong)run, 100, last: true));
        AssertMean(expected, errors, referenceRuns: 400);
    }

    [Theory]
    [InlineData(1, 0.85, 0.344)]
    [InlineData(2, 0.55, 0.276)]
    [InlineData(4, 0.35, 0.262)]
    [InlineData(8, 0.25, 0.275)]
    [InlineData(16, 0.15, 0.311)]
    public void LongWalk_ErrorOverTheFirstTenEpisodes(int steps, double learningRate, double expected)
    {
        const int runs = 400;
        var errors = new double[runs];
        Parallel.For(0, runs, run => errors[run] = Walk(19, -1, new NStepPrediction(19, learningRate, steps: steps), (ulong)run, 10, last: false));
        AssertMean(expected, errors, referenceRuns: 400);
    }

    [Fact]
    public void LambdaOne_IsMonteCarlo_AndLambdaZero_OneStep()
    {
        // Offline the two agree exactly; online, with small steps, nearly.
        var (one, monteCarlo) = (new LambdaPrediction(5, 1e-4, 1, 1, 0.5), new MonteCarloPrediction(5, 1e-4, initialValue: 0.5));
        var (zero, step) = (new LambdaPrediction(5, 0.1, 1, 0, 0.5), new NStepPrediction(5, 0.1, initialValue: 0.5));
        foreach (var learner in new ValuePrediction[] { one, monteCarlo, zero, step })
        {
            Walk(5, 0, learner, 7, 50, last: true);
        }

        Assert.Equal(monteCarlo.Values, one.Values, new Nearly(1e-4));
        Assert.Equal(step.Values, zero.Values, new Nearly(1e-12));
    }

    [Fact]
    public void Truncation_StillCountsWhatFollows_AndTheEndDoesNot()
    {
        var settings = new TabularSettings { LearningRate = 1, Gamma = 0.5, Epsilon = 0 };
        foreach (var make in new Func<TabularLearner>[] { () => new QLearning(2, 1, settings), () => new Sarsa(2, 1, settings), () => new ExpectedSarsa(2, 1, settings), () => new NStepSarsa(2, 1, settings with { BackupSteps = 3 }), () => new DynaQ(2, 1, settings with { PlanningSteps = 0 }), () => new SarsaLambda(2, 1, settings) })
        {
            var learner = make();
            learner.Table[1, 0] = 8;
            learner.Begin(0);
            learner.Step(1, 1, terminated: false, truncated: true);
            Assert.Equal(5, learner.Table[0, 0]);
            learner.Begin(0);
            learner.Step(1, 1, terminated: true, truncated: false);
            Assert.Equal(1, learner.Table[0, 0]);
        }
    }

    [Fact]
    public void DoubleQ_IsNotFooledByLuck()
    {
        // Left of the start wait ten actions worth −0.1 in the mean, with deviation 1; right ends at once with 0 (Sutton and Barto, example 6.7).
        double Left(Func<TabularSettings, TabularLearner> make) => Enumerable.Range(1, 300).AsParallel().Average(run =>
        {
            var noise = new Random(run);
            var learner = make(new TabularSettings { LearningRate = 0.1, Gamma = 1, Epsilon = 0.1, Seed = (ulong)run });
            var left = 0;
            for (var episode = 0; episode < 100; episode++)
            {
                ReadOnlySpan<byte> two = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
                if (learner.Begin(0, two) == 0)
                {
                    left++;
                    learner.Step(0, 1, false, false);
                    learner.Step(Math.Sqrt(-2 * Math.Log(1 - noise.NextDouble())) * Math.Cos(2 * Math.PI * noise.NextDouble()) - 0.1, 1, true, false);
                }
                else
                {
                    learner.Step(0, 1, true, false);
                }
            }

            return left / 100.0;
        });
        var (single, twofold) = (Left(settings => new QLearning(2, 10, settings)), Left(settings => new DoubleQLearning(2, 10, settings)));
        Assert.True(single > 0.35 && twofold < 0.25, $"{single} against {twofold}");
    }

    private static (TabularLearner Learner, double[] Returns) Cliff(string method, ulong seed, int episodes)
    {
        using var cliff = new CliffWalking();
        var settings = new TabularSettings { LearningRate = 0.5, Gamma = 1, Epsilon = 0.1, Seed = seed };
        TabularLearner learner = method switch { "sarsa" => new Sarsa(48, 4, settings), "q-learning" => new QLearning(48, 4, settings), _ => new ExpectedSarsa(48, 4, settings) };
        var play = new TabularPlay(cliff, learner, seed);
        return (learner, [.. Enumerable.Range(0, episodes).Select(_ => play.Episode().Return)]);
    }

    // The root mean square error of the values, at the end or as the mean over the episodes.
    private static double Walk(int states, double leftReward, ValuePrediction learner, ulong seed, int episodes, bool last)
    {
        var random = new Numerics.RandomStream(seed);
        var sum = 0.0;
        for (var episode = 0; episode < episodes; episode++)
        {
            for (var state = states / 2; state >= 0 && state < states;)
            {
                var next = state + (random.NextDouble() < 0.5 ? -1 : 1);
                var ended = next < 0 || next == states;
                learner.Learn(state, ended ? next < 0 ? leftReward : 1 : 0, Math.Clamp(next, 0, states - 1), ended);
                state = next;
            }

            var error = Math.Sqrt(Enumerable.Range(0, states).Average(state => Math.Pow(learner.Values[state] - (leftReward + ((1 - leftReward) * (state + 1) / (states + 1))), 2)));
            sum = last ? error : sum + (error / episodes);
        }

        return sum;
    }

    private static void AssertMean(double expected, double[] sample, int referenceRuns)
    {
        var mean = sample.Average();
        var deviation = Math.Sqrt(sample.Average(value => (value - mean) * (value - mean)));

        // The reference is a sample too, and is printed with a decimal below 50, with three below 1.
        var rounding = Math.Abs(expected) >= 50 && expected == Math.Round(expected) ? 0.5 : Math.Abs(expected) >= 1 ? 0.05 : 0.0005;
        var allowed = (3 * deviation * Math.Sqrt((1.0 / sample.Length) + (1.0 / referenceRuns))) + rounding;
        TestContext.Current.SendDiagnosticMessage($"{expected}: {mean:0.0000} ± {allowed:0.0000}, {Math.Abs(mean - expected) / allowed:0.00} of what is allowed");
        Assert.True(Math.Abs(mean - expected) <= allowed, $"{mean} instead of {expected} ± {allowed}");
    }
}
