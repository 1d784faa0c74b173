using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What vector environments promise: ends, seeds, threads, errors, and no garbage.</summary>
public sealed class VectorEnvironmentTests
{
    [Fact]
    public void FinalObservation_IsWrittenWhere_AndOnlyWhere_AnEpisodeEnded()
    {
        using var environment = VectorEnvironment.From([new Counter(2), new Counter(3, truncates: true)]);
        var (step, actions) = Begin(environment);
        step.FinalObservations.Floats().Fill(-1);
        var finals = new List<float[]>();
        for (var t = 0; t < 3; t++)
        {
            environment.Step(actions, step);
            finals.Add(step.FinalObservations.Floats().ToArray());
        }

        Assert.All(finals[0], value => Assert.Equal(-1, value));
        Assert.Equal([1, 2], finals[1][..2]);
        Assert.Equal([-1, -1], finals[1][3..5]);

        // The first environment's stays as it was written a step ago.
        Assert.Equal([1, 2], finals[2][..2]);
        Assert.Equal([1, 3], finals[2][3..5]);
    }

    [Fact]
    public void EndedEpisode_IsResetInTheSameStep()
    {
        using var environment = VectorEnvironment.From([new Counter(2), new Counter(2, truncates: true)]);
        var (step, actions) = Begin(environment);
        environment.Step(actions, step);
        Assert.Equal([1, 1], step.Observations.Floats()[..2].ToArray());
        Assert.False(step.Ended(0));

        environment.Step(actions, step);
        Assert.Equal([2, 0], step.Observations.Floats()[..2].ToArray());
        Assert.Equal([2, 0], step.Observations.Floats()[3..5].ToArray());
        Assert.Equal([1, 0], step.Terminated);
        Assert.Equal([0, 1], step.Truncated);
        Assert.Equal([1, 1], step.Valid);

        // The masks speak of the new episode's start, the final ones of the old one's end.
        Assert.Equal([1, 0, 1, 0], step.ActionMasks);
        Assert.Equal([1, 1, 1, 1], step.FinalActionMasks);
    }

    [Fact]
    public void FinalMask_MayAllowNothing()
    {
        // A game that is over has no moves left.
        using var environment = VectorEnvironment.From([new Counter(1) { MasksEverythingAtTheEnd = true }]);
        var (step, actions) = Begin(environment);
        environment.Step(actions, step);
        Assert.Equal([0, 0], step.FinalActionMasks);
        Assert.Equal([1, 0], step.ActionMasks);
    }

    [Fact]
    public void Mask_AllInvalid_IsAnError()
    {
        using var environment = VectorEnvironment.From([new Counter(5), new Counter(5) { MasksEverythingAtTheEnd = true, Endless = true }]);
        var (step, actions) = Begin(environment);
        var message = Assert.Throws<InvalidOperationException>(() => Repeat(5, () => environment.Step(actions, step))).Message;
        Assert.StartsWith("Environment 1 of the group allows no action", message, StringComparison.Ordinal);
    }

    [Fact]
    public void BothFlags_TerminatedWins()
    {
        using var environment = VectorEnvironment.From([new TimeLimit(new Both(), 1)]);
        var (step, actions) = Begin(environment);
        environment.Step(actions, step);
        Assert.Equal((1, 0), (step.Terminated[0], step.Truncated[0]));
    }

    [Theory]
    [InlineData("CartPole-v1")]
    [InlineData("Acrobot-v1")]
    [InlineData("Pendulum-v1")]
    public void SameSeed_SameBits(string id)
    {
        var one = Play(id, count: 5, seed: 7, threads: 1);
        Assert.Equal(one, Play(id, count: 5, seed: 7, threads: 2));
        Assert.NotEqual(one, Play(id, count: 5, seed: 8, threads: 1));
    }

    [Fact]
    public void EnvironmentI_DrawsFromSeedPlusI()
    {
        using var three = VectorEnvironment.Make("CartPole-v1", count: 3, seed: 40);
        var step = Begin(three).Step;
        for (var i = 0; i < 3; i++)
        {
            using var alone = EnvironmentRegistry.Default.Make("CartPole-v1");
            var observation = new Rows(alone.ObservationSpace.Layout, 1);
            alone.Reset(new RandomStream((ulong)(40 + i)), observation.Writer(0));
            Assert.Equal(observation.Floats().ToArray(), step.Observations.Floats().Slice(i * 4, 4).ToArray());
        }
    }

    [Fact]
    public void Stream_GoesOnOverEpisodes()
    {
        using var environment = VectorEnvironment.From([new Counter(1)], seed: 3);
        var (step, actions) = Begin(environment);
        var stream = new RandomStream(3);
        Assert.Equal((float)stream.NextDouble(), step.Observations.Floats()[2]);
        environment.Step(actions, step);
        Assert.Equal((float)stream.NextDouble(), step.Observations.Floats()[2]);
    }

    [Fact]
    public void NaN_IsNamedWithItsEnvironmentAndElement()
    {
        Counter bad = new(9) { Spoil = (steps, observation) => observation.Floats[2] = steps == 2 ? float.NaN : 0 };
        using var environment = VectorEnvironment.From([new Counter(9), new Counter(9), bad]);
        var (step, actions) = Begin(environment);
        environment.Step(actions, step);
        var message = Assert.Throws<InvalidOperationException>(() => environment.Step(actions, step)).Message;
        Assert.Equal("Environment 2 of the group gave NaN in element 2 of its observation at step 2 of its episode.", message);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void RewardThatIsNoNumber_IsNamedWithItsEnvironment(double reward)
    {
        using var environment = VectorEnvironment.From([new Counter(9), new Counter(9) { Penalty = reward }]);
        var (step, actions) = Begin(environment);
        Assert.StartsWith("Environment 1 of the group gave the reward", Assert.Throws<InvalidOperationException>(() => environment.Step(actions, step)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void EnvironmentThatFails_IsNamed(int threads)
    {
        Counter bad = new(9) { Spoil = (_, _) => throw new FormatException("out of paper") };
        using var environment = VectorEnvironment.From([new Counter(9), bad], threads: threads);
        var (step, actions) = Begin(environment);
        var exception = Assert.Throws<InvalidOperationException>(() => environment.Step(actions, step));
        Assert.Equal("Environment 1 of the group failed: out of paper", exception.Message);
        Assert.IsType<FormatException>(exception.InnerException);
    }

    [Fact]
    public void Receive_BeforeSend_IsRefused()
    {
        using var environment = VectorEnvironment.From([new Counter(2)]);
        var (step, actions) = Begin(environment);
        Assert.Contains("before Send", Assert.Throws<InvalidOperationException>(() => environment.Receive(step)).Message, StringComparison.Ordinal);
        environment.Send(actions);
        environment.Receive(step);
        Assert.Equal(5, step.Rewards[0]);
        Assert.Throws<InvalidOperationException>(() => environment.Receive(step));
    }

    [Theory]
    [InlineData("CartPole-v1", 1, 1)]
    [InlineData("CartPole-v1", 8, 1)]
    [InlineData("Pendulum-v1", 8, 2)]
    public void Steps_AllocateNothing(string id, int count, int threads)
    {
        using var environment = VectorEnvironment.Make(id, count, seed: 1, threads);
        var (step, actions) = Begin(environment);
        Repeat(600, () => environment.Step(actions, step));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 600; t++)
        {
            environment.Step(actions, step);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void TimeLimit_TruncatesAndStartsAnew()
    {
        using var environment = VectorEnvironment.Make("Pendulum-v1", options: new Dictionary<string, string> { ["max_episode_steps"] = "3" });
        var (step, actions) = Begin(environment);
        var truncated = new List<byte>();
        Repeat(7, () =>
        {
            environment.Step(actions, step);
            truncated.Add(step.Truncated[0]);
            Assert.Equal(0, step.Terminated[0]);
        });
        Assert.Equal([0, 0, 1, 0, 0, 1, 0], truncated);
    }

    [Fact]
    public void DifferentSpaces_AreRefused() =>
        Assert.Contains("equal spaces", Assert.Throws<ArgumentException>(() => VectorEnvironment.From([new Counter(2), new Both()])).Message, StringComparison.Ordinal);

    internal static (VectorStep Step, Rows Actions) Begin(VectorEnvironment environment)
    {
        var (step, actions) = (new VectorStep(environment), new Rows(environment.ActionSpace.Layout, environment.SlotCount));
        if (environment.ActionSpace is DiscreteSpace discrete)
        {
            actions.Integers().Fill(discrete.Start);
        }

        environment.Reset(step);
        return (step, actions);
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    // Everything that 400 steps of random actions bring.
    private static List<double> Play(string id, int count, ulong seed, int threads)
    {
        using var environment = VectorEnvironment.Make(id, count, seed, threads);
        var (step, actions) = Begin(environment);
        var (random, all) = (new RandomStream(1), new List<double>());
        for (var t = 0; t < 400; t++)
        {
            for (var slot = 0; slot < count; slot++)
            {
                environment.ActionSpace.Sample(random, actions.Writer(slot));
            }

            environment.Step(actions, step);
            all.AddRange(step.Rewards);
            all.AddRange(step.Terminated.Select(x => (double)x));
            all.AddRange(step.Observations.Floats().ToArray().Select(x => (double)x));
        }

        return all;
    }

    /// <summary>Says both at once: terminated and truncated.</summary>
    private sealed class Both : IEnvironment
    {
        public Space ObservationSpace { get; } = new BoxSpace(0, 1, 1);

        public Space ActionSpace { get; } = new DiscreteSpace(2);

        public void Reset(RandomStream random, RowWriter observation) => observation.Floats[0] = 0;

        public StepResult Step(RowReader action, RowWriter observation) => new(0, true, true);

        public void Dispose()
        {
        }
    }
}
