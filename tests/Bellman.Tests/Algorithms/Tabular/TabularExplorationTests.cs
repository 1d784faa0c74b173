namespace Bellman.Tests;

/// <summary>What tabular learners try, and how much they move for what they see.</summary>
public sealed class TabularExplorationTests
{
    /// <summary>All learners that may choose by upper confidence.</summary>
    public static TheoryData<string> Confident => ["q-learning", "double-q-learning", "sarsa", "n-step-sarsa", "sarsa-lambda", "dyna-q", "prioritized-dyna", "monte-carlo"];

    [Theory]
    [MemberData(nameof(Confident))]
    public void UpperConfidence_TriesEachActionOfAStateBeforeAnyAgain_ThoughNothingIsLearnedYet(string algorithm)
    {
        // One endless episode in one state: Monte Carlo learns nothing from it, and n steps look back from the fourth on.
        var learner = Make(algorithm, 1, 5, new TabularSettings { Exploration = TabularExploration.UpperConfidence });
        var tried = new List<int> { learner.Begin(0) };
        for (var step = 1; step < 10; step++)
        {
            tried.Add(learner.Step(0, 0, false, false));
        }

        Assert.Equal([0, 1, 2, 3, 4], tried[..5].Order());
        Assert.Equal([0, 1, 2, 3, 4], tried[5..].Order());
    }

    [Fact]
    public void UpperConfidence_LooksAtEachStateByItself()
    {
        // The second state is seldom met; there the worse action is tried as often as c²·ln N / Δ² of its own N visits.
        var learner = new QLearning(2, 2, new TabularSettings { Exploration = TabularExploration.UpperConfidence, ConfidenceWidth = 2, Gamma = 0, SampleAverage = true });
        var worse = new int[2];
        for (var episode = 0; episode < 100_000; episode++)
        {
            var state = episode % 100 == 0 ? 1 : 0;
            var action = learner.Begin(state);
            worse[state] += 1 - action;
            learner.Step(action, 0, true, false);
        }

        Assert.InRange(worse[0], 0.7 * 4 * Math.Log(99_000), 1.1 * 4 * Math.Log(99_000));
        Assert.InRange(worse[1], 0.7 * 4 * Math.Log(1_000), 1.1 * 4 * Math.Log(1_000));
    }

    [Theory]
    [InlineData(TabularExploration.EpsilonGreedy, new[] { 0.1, 0.1, 0.7, 0, 0.1 })]
    [InlineData(TabularExploration.Softmax, new[] { 0.1, 0.2, 0.4, 0, 0.3 })]
    public void Choices_HaveTheProbabilitiesOfTheirRule(TabularExploration exploration, double[] expected)
    {
        const int draws = 40_000;
        var learner = new QLearning(1, 5, new TabularSettings { Exploration = exploration, Epsilon = 0.4, Temperature = 0.5 });
        double[] shares = [1, 2, 4, 8, 3];
        var counts = new int[5];
        for (var action = 0; action < 5; action++)
        {
            learner.Table[0, action] = 0.5 * Math.Log(shares[action]);
        }

        for (var draw = 0; draw < draws; draw++)
        {
            counts[learner.Begin(0, [1, 1, 1, 0, 1])]++;
        }

        for (var action = 0; action < 5; action++)
        {
            Assert.Equal(expected[action], counts[action] / (double)draws, 3.5 * Math.Sqrt(expected[action] * (1 - expected[action]) / draws));
        }
    }

    [Theory]
    [InlineData(TabularExploration.EpsilonGreedy)]
    [InlineData(TabularExploration.Softmax)]
    [InlineData(TabularExploration.UpperConfidence)]
    public void Mask_AllInvalid_IsAnError(TabularExploration exploration)
    {
        var settings = new TabularSettings { Exploration = exploration, Epsilon = 1, ExploringStarts = true };
        Assert.Contains("allows no action", Assert.Throws<ArgumentException>(() => new QLearning(1, 2, settings).Begin(0, [0, 0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MonteCarloControl(1, 2, settings).Begin(0, [0, 0]));
    }

    [Fact]
    public void Optimism_TriesEveryActionWithoutARandomOne()
    {
        var learner = new QLearning(1, 6, new TabularSettings { Epsilon = 0, InitialValue = 5, LearningRate = 0.1 });
        Assert.Equal([0, 1, 2, 3, 4, 5], Enumerable.Range(0, 6).Select(_ =>
        {
            var action = learner.Begin(0);
            learner.Step(0, 0, true, false);
            return action;
        }).Order());
    }

    [Fact]
    public void ExpectedSarsa_TakesTheMeanOfTheSoftmax_ToWhatIsAllowed()
    {
        var learner = new ExpectedSarsa(2, 3, new TabularSettings { Exploration = TabularExploration.Softmax, Temperature = 2, LearningRate = 1, Gamma = 0.5 });
        (learner.Table[1, 0], learner.Table[1, 1], learner.Table[1, 2]) = (0, 2 * Math.Log(3), 100);
        learner.Begin(0, [1, 0, 0]);
        learner.Step(1, 1, false, false, [1, 1, 0]);
        Assert.Equal(1 + (0.5 * 0.75 * 2 * Math.Log(3)), learner.Table[0, 0], 1e-12);
    }

    [Fact]
    public void SampleAverage_OfDoubleQLearning_CountsEachTablesVisits()
    {
        // All rewards are 7: from the first visit on each table has their mean.
        var learner = new DoubleQLearning(1, 1, new TabularSettings { SampleAverage = true, Gamma = 0 });
        for (var episode = 0; episode < 20; episode++)
        {
            learner.Begin(0);
            learner.Step(7, 0, true, false);
        }

        Assert.Equal(7, learner.Table[0, 0], 1e-12);
    }

    [Fact]
    public void SampleAverage_OfSarsaLambda_CountsVisits_NotTracesThatFade()
    {
        // With λ = 1 a pair's value is then the mean of the returns that followed.
        var learner = new SarsaLambda(2, 1, new TabularSettings { SampleAverage = true, Gamma = 1, Lambda = 1 });
        double[] rewards = [3, -1, 10, 4, 4, 8];
        foreach (var reward in rewards)
        {
            learner.Begin(0);
            learner.Step(2, 1, false, false);
            learner.Step(reward, 0, true, false);
        }

        Assert.Equal(rewards.Average(), learner.Table[1, 0], 1e-12);
        Assert.Equal(2 + rewards.Average(), learner.Table[0, 0], 1e-12);
    }

    private static TabularLearner Make(string algorithm, int states, int actions, TabularSettings settings) => algorithm switch
    {
        "q-learning" => new QLearning(states, actions, settings),
        "double-q-learning" => new DoubleQLearning(states, actions, settings),
        "sarsa" => new Sarsa(states, actions, settings),
        "n-step-sarsa" => new NStepSarsa(states, actions, settings),
        "sarsa-lambda" => new SarsaLambda(states, actions, settings),
        "dyna-q" => new DynaQ(states, actions, settings),
        "prioritized-dyna" => new PrioritizedDyna(states, actions, settings),
        _ => new MonteCarloControl(states, actions, settings),
    };
}
