namespace Bellman.Tests;

/// <summary>Learners with linear functions: MountainCar as in Sutton and Barto's chapters 10 and 12, and equality with tables.</summary>
public sealed class LinearLearningTests
{
    [Theory]
    [InlineData("sarsa", 120)]
    [InlineData("q-learning", 125)]
    [InlineData("sarsa-lambda", 110)]
    public void MountainCar_IsDrivenUpInLittleMoreThanAHundredSteps(string method, double most)
    {
        const int runs = 24;
        var (first, last) = (new double[runs], new double[runs]);
        Parallel.For(0, runs, run =>
        {
            using var car = new MountainCar();
            var features = TileCoding.For(car.ObservationSpace);
            var settings = new LinearSettings { LearningRate = 0.5 / 8, Seed = (ulong)run + 1 };
            LinearLearner learner = method switch { "sarsa" => new LinearSarsa(features, 3, settings), "q-learning" => new LinearQLearning(features, 3, settings), _ => new LinearSarsaLambda(features, 3, settings) };
            var play = new LinearPlay(car, learner, (ulong)run);
            var steps = Enumerable.Range(0, 500).Select(_ => (double)play.Episode().Steps).ToArray();
            (first[run], last[run]) = (steps[..10].Average(), steps[400..].Average());
        });
        TestContext.Current.SendDiagnosticMessage($"{method}: steps an episode {first.Average():0} in the first ten, {last.Average():0.0} in the last hundred of 500, worst run {last.Max():0.0}");
        Assert.InRange(last.Average(), 95, most);
        Assert.InRange(first.Average(), 400, 800);
    }

    [Fact]
    public void OneHotFeatures_LearnAsTablesDo()
    {
        foreach (var (linear, table) in new (Func<IFeatures, LinearSettings, LinearLearner>, Func<TabularSettings, TabularLearner>)[]
        {
            ((features, settings) => new LinearSarsa(features, 4, settings), settings => new Sarsa(48, 4, settings)),
            ((features, settings) => new LinearQLearning(features, 4, settings), settings => new QLearning(48, 4, settings)),
            ((features, settings) => new LinearSarsaLambda(features, 4, settings), settings => new SarsaLambda(48, 4, settings)),
        })
        {
            // With no random actions and steps of −1 both walk the same way, up to ties: those are drawn alike.
            using var one = new CliffWalking();
            using var other = new CliffWalking();
            var learner = linear(new OneHotFeatures(one.ObservationSpace), new LinearSettings { LearningRate = 0.5, Gamma = 1, Epsilon = 0, Lambda = 0.5 });
            var tabular = table(new TabularSettings { LearningRate = 0.5, Gamma = 1, Epsilon = 0, Lambda = 0.5 });
            var (play, plain) = (new LinearPlay(one, learner, 1), new TabularPlay(other, tabular, 1));
            for (var episode = 0; episode < 50; episode++)
            {
                Assert.Equal(plain.Episode(), play.Episode());
            }

            for (var pair = 0; pair < 48 * 4; pair++)
            {
                Assert.Equal(tabular.Table.Values[pair], learner.Values.WeightsOf(pair % 4)[pair / 4], 1e-9);
            }
        }
    }

    [Fact]
    public void Truncation_StillCountsWhatFollows_AndTheEndDoesNot()
    {
        var features = new OneHotFeatures(new DiscreteSpace(2));
        var settings = new LinearSettings { LearningRate = 1, Gamma = 0.5 };
        foreach (var learner in new LinearLearner[] { new LinearSarsa(features, 1, settings), new LinearQLearning(features, 1, settings), new LinearSarsaLambda(features, 1, settings) })
        {
            learner.Values.Weights[1] = 8;
            learner.Begin(new([0], [1.0]));
            learner.Step(1, new([1], [1.0]), terminated: false, truncated: true);
            Assert.Equal(5, learner.Values.Weights[0]);
            learner.Begin(new([0], [1.0]));
            learner.Step(1, new([1], [1.0]), terminated: true, truncated: false);
            Assert.Equal(1, learner.Values.Weights[0]);
        }
    }

    [Fact]
    public void ForbiddenActions_AreNeitherTakenNorBelieved()
    {
        var learner = new LinearQLearning(new OneHotFeatures(new DiscreteSpace(1)), 2, new LinearSettings { LearningRate = 1, Gamma = 0.5, Epsilon = 0.5 });
        learner.Values.Weights[1] = 100;
        for (var episode = 0; episode < 20; episode++)
        {
            Assert.Equal(0, learner.Begin(new([0], [1.0]), [1, 0]));
            Assert.Equal(0, learner.Step(0, new([0], [1.0]), false, false, [1, 0]));
            Assert.Equal(0, learner.Values.Weights[0]);
        }
    }

    [Fact]
    public void StepsThatAreTooLarge_AreToldOf()
    {
        var learner = new LinearSarsa(new OneHotFeatures(new DiscreteSpace(1)), 1, new LinearSettings { LearningRate = 3, Gamma = 0 });
        learner.Begin(new([0], [1e150]));
        Assert.Contains("too large", Assert.Throws<NotFiniteNumberException>(() =>
        {
            for (var step = 0; step < 100; step++)
            {
                learner.Step(1, new([0], [1e150]), false, false);
            }
        }).Message, StringComparison.Ordinal);
    }
}
