using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Learning from a file of steps that somebody else took.</summary>
public sealed class StepDataTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void QLearning_FromAFileOfRandomPlay_PlaysTheBestPolicy()
    {
        // Nobody plays while it learns.
        var path = Path.Combine(folder, "lake.csv");
        StepData.Write(path, RandomPlay(200_000));
        var steps = StepData.Read(path, 16, 4);
        Assert.Equal(RandomPlay(200_000), steps);
        var learner = new QLearning(16, 4, new TabularSettings { Gamma = 0.999, LearningRate = Schedule.Linear(0.2) });
        const int Passes = 10;
        for (var pass = 0; pass < Passes; pass++)
        {
            learner.SetRemaining(1 - (pass / (double)Passes));
            learner.Learn(steps);
        }

        var policy = learner.ToPolicy(new DiscreteSpace(16), new DiscreteSpace(4));
        Assert.Throws<ArgumentException>(() => learner.ToPolicy(new DiscreteSpace(15), new DiscreteSpace(4)));
        Assert.InRange(ExactEvaluation.Run(policy, "FrozenLake-v1")!.Value, 0.72, 0.7403);
    }

    [Fact]
    public void ColumnsInAnyOrder_AndOtherSpellings_AreRead()
    {
        var path = Path.Combine(folder, "steps.csv");
        File.WriteAllText(path, "time,next_state,done,reward,state,action\n3,1,0,-0.5,0,1\n4,0,True,1e2,1,0\n");
        Assert.Equal([new TabularStep(0, 1, -0.5, 1, false), new TabularStep(1, 0, 100, 0, true)], StepData.Read(path, 2, 2));
    }

    [Theory]
    [InlineData("state,action,reward,terminated\n0,0,0,0", "steps.csv has no column 'nextState'; its header is state,action,reward,terminated, but needs state,action,reward,nextState,terminated.")]
    [InlineData("state,action,reward,nextState,terminated\n0,0,0,1,0\n2,0,0,1,0", "Line 3 of steps.csv gives the state '2'; it must be a whole number from 0 to 1.")]
    [InlineData("state,action,reward,nextState,terminated\n0,0,NaN,1,0", "Line 2 of steps.csv gives the reward 'NaN'; it must be a finite number.")]
    [InlineData("state,action,reward,nextState,terminated\n0,0,1,1,maybe", "Line 2 of steps.csv gives the terminated 'maybe'; it must be true or false.")]
    public void WhatIsWrong_IsNamedWithItsLine(string text, string message)
    {
        var path = Path.Combine(folder, "steps.csv");
        File.WriteAllText(path, text);
        Assert.Equal(message, Assert.Throws<FormatException>(() => StepData.Read(path, 2, 2)).Message);
    }

    private static IEnumerable<TabularStep> RandomPlay(int count)
    {
        using var lake = EnvironmentRegistry.Default.Make("FrozenLake-v1");
        var (observation, action, stream, random) = (new Rows(lake.ObservationSpace.Layout, 1), new Rows(lake.ActionSpace.Layout, 1), new RandomStream(1), new SplittableRandom(1));
        lake.Reset(stream, observation.Writer(0));
        for (var i = 0; i < count; i++)
        {
            var (state, chosen) = (observation.Integers()[0], random.NextInt32(4));
            action.Integers()[0] = chosen;
            var result = lake.Step(action.Reader(0), observation.Writer(0));
            yield return new TabularStep(state, chosen, result.Reward, observation.Integers()[0], result.Terminated);
            if (result.Terminated || result.Truncated)
            {
                lake.Reset(stream, observation.Writer(0));
            }
        }
    }
}
