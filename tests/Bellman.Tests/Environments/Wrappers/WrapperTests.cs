using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Each wrapper does what it says, withdraws what no longer holds, saves its state and allocates nothing.</summary>
public sealed class WrapperTests
{
    public static TheoryData<string, string> Wrapped => new()
    {
        { "Pendulum-v1", "frameStack:3" },
        { "Pendulum-v1", "actionRepeat:4" },
        { "CartPole-v1", "stickyActions:0.4" },
        { "Pendulum-v1", "clipAction" },
        { "Pendulum-v1", "rescaleAction" },
        { "Pendulum-v1", "discretizeAction:5" },
        { "Pendulum-v1", "clipReward" },
        { "Pendulum-v1", "normalizeObservation,normalizeReward:0.9" },
        { "BitFlip-v0", "flatten" },
        { "Blackjack-v1", "flatten" },
        { "FrozenLake-v1", "oneHot,timeAware" },
        { "CartPole-v1", "actionDelay:2" },
        { "Pendulum-v1", "actionDelay:3" },
        { "Taxi-v4", "observationDelay:2" },
        { "Pendulum-v1", "actionDelay:0:4,observationDelay:1:3" },
        { "Pendulum-v1", "observationNoise:0.1,actionNoise:0.1" },
        { "CartPole-v1", "episodeSignals" },
    };

    [Theory]
    [MemberData(nameof(Wrapped))]
    public void Wrappers_KeepTheContract(string id, string wrap) => Conformance.Check(() => Make(id, wrap));

    [Fact]
    public void EveryWrapperWithAName_IsHeldToTheContract()
    {
        var message = Assert.Throws<ArgumentException>(() => Make("CartPole-v1", "?")).Message;
        var names = message[(message.IndexOf("there are ", StringComparison.Ordinal) + 10)..message.IndexOf('.', StringComparison.Ordinal)].Split(", ");
        var held = Wrapped.SelectMany(row => row.Data.Item2.Split(',')).Select(wrap => wrap.Split(':')[0]).ToHashSet();
        Assert.True(names.Length > 15);
        Assert.Equal(["grayResize"], names.Where(name => !held.Contains(name))); // the core registers no images; GrayResize_AveragesAreas has one
    }

    [Theory]
    [MemberData(nameof(Wrapped))]
    public void Wrappers_AllocateNothing(string id, string wrap)
    {
        using var environment = Make(id, wrap);
        Assert.Equal(0, Conformance.Allocated(environment));
    }

    [Fact]
    public void FrameStack_ShowsTheOldestFirst_AlongTheLastAxis()
    {
        using var environment = new FrameStack(new Scripted(), 3);
        var observation = new float[6];
        environment.Reset(new RandomStream(0), new RowWriter(observation));
        Assert.Equal(new float[6], observation);
        Step(environment, observation, 3);
        Step(environment, observation, 4);
        Assert.Equal([0, 0, 1, 3, 2, 4], observation);
        Assert.Null(environment.As<IGoal>());
        Assert.NotNull(environment.As<IActionMask>());
    }

    [Fact]
    public void FrameStack_InterleavesTheChannelsOfImages()
    {
        using var environment = new FrameStack(new ByteImageFixture(), 2);
        Assert.Equal("Box(0.0, 255.0, (4, 4, 2), uint8)", environment.ObservationSpace.ToString());
        Rows plain = new(environment.Inner.ObservationSpace.Layout, 2), stacked = new(environment.ObservationSpace.Layout, 1);
        using var same = new ByteImageFixture();
        environment.Reset(new RandomStream(5), stacked.Writer(0));
        same.Reset(new RandomStream(5), plain.Writer(0));
        environment.Step(new RowReader([1]), stacked.Writer(0));
        same.Step(new RowReader([1]), plain.Writer(1));
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(plain.Bytes()[(i % 2 * 16) + (i / 2)], stacked.Bytes()[i]);
        }
    }

    [Fact]
    public void ActionRepeat_AddsRewardsUp_AndStopsAtTheEnd()
    {
        using var environment = new ActionRepeat(new Scripted(), 4);
        var observation = new float[2];
        environment.Reset(new RandomStream(0), new RowWriter(observation));
        Assert.Equal(new StepResult(1 + 2 + 3 + 4, false, false), Step(environment, observation, 1));
        Assert.Equal(new StepResult(5 + 6 + 7 + 8, false, false), Step(environment, observation, 1));
        Assert.Equal(new StepResult(9 + 10, true, false), Step(environment, observation, 1));
        Assert.Null(environment.As<ISignals>());
    }

    [Fact]
    public void StickyActions_RepeatAsOftenAsTheySay()
    {
        var inner = new Scripted();
        using var environment = new StickyActions(inner, 0.25);
        var observation = new float[2];
        var random = new RandomStream(3);
        var (repeated, steps) = (0, 0);
        for (var episode = 0; episode < 1000; episode++)
        {
            environment.Reset(random, new RowWriter(observation));
            var last = 0f;
            for (var t = 0; t < 10; t++)
            {
                var asked = t % 2 == 0 ? 1f : 2f;
                Step(environment, observation, asked);
                if (t == 0)
                {
                    Assert.Equal(asked, inner.Action);
                }
                else if (last != asked)
                {
                    steps++;
                    repeated += inner.Action == last ? 1 : 0;
                }

                last = inner.Action;
            }
        }

        Assert.Equal(0.25, (double)repeated / steps, 0.02);
        Assert.Null(environment.As<IActionMask>());
    }

    [Theory]
    [InlineData(-7, -2)]
    [InlineData(1, 1)]
    [InlineData(9, 4)]
    public void ClipAction_TakesAnything_AndGivesWhatIsAllowed(float asked, float given)
    {
        var inner = new Scripted();
        using var environment = new ClipAction(inner);
        Assert.True(environment.ActionSpace.Contains(new RowReader([asked])));
        Step(environment, new float[2], asked);
        Assert.Equal(given, inner.Action);
    }

    [Theory]
    [InlineData(-1, -2)]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    public void RescaleAction_StretchesToTheBounds(float asked, float given)
    {
        var inner = new Scripted();
        using var environment = new RescaleAction(inner);
        Step(environment, new float[2], asked);
        Assert.Equal(given, inner.Action);
    }

    [Fact]
    public void DiscretizeAction_ChoosesAPointOfTheGrid()
    {
        var inner = new Scripted();
        using var environment = new DiscretizeAction(inner, 4);
        Assert.Equal(new DiscreteSpace(4), environment.ActionSpace);
        foreach (var (choice, given) in new[] { (0, -2f), (1, 0f), (2, 2f), (3, 4f) })
        {
            environment.Step(new RowReader([choice]), new RowWriter(new float[2]));
            Assert.Equal(given, inner.Action);
        }

        using var apart = new DiscretizeAction(new Scripted(new BoxSpace(-1, 1, 3)), 11, joint: false);
        Assert.Equal(new MultiDiscreteSpace(11, 11, 11), apart.ActionSpace);
        Assert.Throws<ArgumentException>(() => new DiscretizeAction(new Scripted(new BoxSpace(-1, 1, 6)), 11));
        Assert.Null(environment.As<IActionMask>());
    }

    [Fact]
    public void ClipReward_Clips()
    {
        using var environment = new ClipReward(new Scripted(), -1, 3);
        var rewards = Enumerable.Range(0, 5).Select(_ => Step(environment, new float[2], 0).Reward);
        Assert.Equal([1, 2, 3, 3, 3], rewards);
        Assert.Null(environment.As<IGoal>());
    }

    [Fact]
    public void NormalizeObservation_HasMeanZeroAndDeviationOne_AndCanBeFrozen()
    {
        using var environment = new NormalizeObservation(EnvironmentRegistry.Default.Make("Pendulum-v1"));
        var observation = new float[3];
        var random = new RandomStream(1);
        var (sums, squares, count) = (new double[3], new double[3], 0);
        for (var episode = 0; episode < 60; episode++)
        {
            environment.Reset(random, new RowWriter(observation));
            for (var t = 0; t < 200; t++)
            {
                Step(environment, observation, (float)random.Uniform(-2, 2));
                for (var i = 0; i < 3 && episode >= 20; i++)
                {
                    sums[i] += observation[i];
                    squares[i] += observation[i] * observation[i];
                    count += i == 0 ? 1 : 0;
                }
            }
        }

        Assert.All(sums, sum => Assert.Equal(0, sum / count, 0.15));
        Assert.All(squares, square => Assert.Equal(1, square / count, 0.15));
        environment.Updates = false;
        var before = Save(environment);
        environment.Reset(random, new RowWriter(observation));
        Assert.Equal(before[..56], Save(environment)[..56]);
    }

    [Fact]
    public void NormalizeReward_DividesByTheDeviationOfTheDiscountedSum()
    {
        using var environment = new NormalizeReward(new Scripted(), 0.5);
        environment.Reset(new RandomStream(0), new RowWriter(new float[2]));
        var (sum, seen) = (0.0, new List<double>());
        for (var t = 1; t <= 10; t++)
        {
            sum = (sum * 0.5) + t;
            seen.Add(sum);
            var reward = Step(environment, new float[2], 0).Reward;
            var mean = seen.Average();
            var variance = seen.Average(value => (value - mean) * (value - mean));
            if (t >= 5)
            {
                Assert.Equal(t / Math.Sqrt(variance + 1e-8), reward, 2e-3);
            }
        }
    }

    [Fact]
    public void Flatten_LaysOutBitsAndChoices()
    {
        using var environment = new FlattenObservation(new Blackjack());
        Assert.Equal(32 + 11 + 2, ((BoxSpace)environment.ObservationSpace).Length);
        var observation = new float[45];
        environment.Reset(new RandomStream(0), new RowWriter(observation));
        Assert.Equal(3, observation.Sum());
        Assert.Equal([11, 32 + 10, 43], Enumerable.Range(0, 45).Where(i => observation[i] == 1));

        using var bits = new FlattenObservation(new BitFlip(3));
        Assert.Equal("Box(0.0, 1.0, (9,), float32)", bits.ObservationSpace.ToString());
        Assert.Null(bits.As<IGoal>());
        Assert.NotNull(bits.As<ISignals>());
    }

    [Fact]
    public void TimeAware_TellsTheShareOfTheLimit()
    {
        using var environment = new TimeAware(new Scripted(), 4);
        var observation = new float[3];
        environment.Reset(new RandomStream(0), new RowWriter(observation));
        var shares = Enumerable.Range(0, 5).Select(_ =>
        {
            Step(environment, observation, 0);
            return observation[2];
        });
        Assert.Equal([0.25f, 0.5f, 0.75f, 1, 1], shares);
    }

    [Fact]
    public void GrayResize_AveragesAreas()
    {
        using var environment = new GrayResize(new ByteImageFixture(), 2, 4);
        Rows plain = new(environment.Inner.ObservationSpace.Layout, 1), small = new(environment.ObservationSpace.Layout, 1);
        using var same = new ByteImageFixture();
        environment.Reset(new RandomStream(5), small.Writer(0));
        same.Reset(new RandomStream(5), plain.Writer(0));
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(Math.Round((plain.Bytes()[(i / 4 * 8) + (i % 4)] + plain.Bytes()[(i / 4 * 8) + 4 + (i % 4)]) / 2.0), small.Bytes()[i]);
        }

        Assert.Equal(0, Conformance.Allocated(environment));
    }

    [Fact]
    public void ActionDelay_BringsActionsLate()
    {
        var inner = new Scripted();
        using var environment = new ActionDelay(inner, 2);
        environment.Reset(new RandomStream(0), new RowWriter(new float[2]));
        var taken = Enumerable.Range(1, 5).Select(t =>
        {
            Step(environment, new float[2], t / 2f);
            return inner.Action;
        });
        Assert.Equal([0, 0, 0.5f, 1, 1.5f], taken);
        Assert.Null(environment.As<IActionMask>());
    }

    [Fact]
    public void Delays_MayBeDrawnForEachEpisode()
    {
        var inner = new Scripted();
        using var actions = new ActionDelay(inner, 0, 2);
        using var observations = new ObservationDelay(new Scripted(), 1, 3);
        var random = new RandomStream(1);
        var observation = new float[2];
        int[] seen = new int[4], late = new int[4];
        for (var episode = 0; episode < 600; episode++)
        {
            actions.Reset(random, new RowWriter(observation));
            seen[actions.Steps]++;
            for (var t = 1; t <= 5; t++)
            {
                Step(actions, observation, t);
                Assert.Equal(Math.Max(0, t - actions.Steps), inner.Action);
            }

            observations.Reset(random, new RowWriter(observation));
            late[observations.Steps]++;
            for (var t = 1; t <= 5; t++)
            {
                Step(observations, observation, 0);
                Assert.Equal(Math.Max(0, t - observations.Steps), observation[0]);
            }
        }

        Assert.All(seen[..3].Concat(late[1..]), count => Assert.InRange(count, 150, 250));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ActionDelay(new Scripted(), 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ObservationDelay(new Scripted(), -1, 2));
    }

    [Fact]
    public void ObservationDelay_ShowsObservationsLate_ButTheLastAtOnce()
    {
        using var environment = new ObservationDelay(new Scripted(), 3);
        var observation = new float[2];
        environment.Reset(new RandomStream(0), new RowWriter(observation));
        var shown = Enumerable.Range(1, 10).Select(_ =>
        {
            Step(environment, observation, 0);
            return observation[0];
        });
        Assert.Equal([0, 0, 0, 1, 2, 3, 4, 5, 6, 10], shown);
    }

    [Fact]
    public void EpisodeSignals_ComeAfterThoseInside()
    {
        using var environment = new EpisodeSignals(new Scripted());
        environment.Reset(new RandomStream(0), new RowWriter(new float[2]));
        Step(environment, new float[2], 0);
        Step(environment, new float[2], 0);
        Assert.Equal(["cost", "episode_return", "episode_length"], environment.As<ISignals>()!.SignalNames);
        var values = new double[3];
        environment.ReadSignals(values);
        Assert.Equal([1, 3, 2], values);
    }

    [Fact]
    public void MaskActions_ForbidsOnTopOfWhatIsForbidden()
    {
        using var environment = new MaskActions(new Scripted(new DiscreteSpace(3)), mask => mask[0] = 0);
        var mask = new byte[3];
        environment.As<IActionMask>()!.WriteMask(mask);
        Assert.Equal([0, 1, 0], mask);
        Assert.Throws<ArgumentException>(() => new MaskActions(new Scripted(), _ => { }));
    }

    [Fact]
    public void Noise_HasTheDeviation_AndStaysInBounds()
    {
        var inner = new Scripted();
        using var environment = new ActionNoise(inner, 0.5);
        var random = new RandomStream(1);
        var (sum, square) = (0.0, 0.0);
        for (var i = 0; i < 2000; i++)
        {
            environment.Reset(random, new RowWriter(new float[2]));
            Step(environment, new float[2], 1);
            sum += inner.Action - 1;
            square += (inner.Action - 1) * (inner.Action - 1);
            Assert.InRange(inner.Action, -2, 4);
        }

        Assert.Equal(0, sum / 2000, 0.05);
        Assert.Equal(0.25, square / 2000, 0.03);
    }

    [Theory]
    [InlineData("frameStack:2", false)]
    [InlineData("observationDelay:1", false)]
    [InlineData("flatten", false)]
    [InlineData("timeAware", false)]
    [InlineData("actionDelay:1", false)]
    [InlineData("actionRepeat:2,clipReward", true)]
    [InlineData("", true)]
    public void AStateCanBeSet_OnlyWhereTheObservationIsTheInnerOne(string wrap, bool expected)
    {
        using var environment = Make("CartPole-v1", wrap);
        Assert.Equal(expected, environment.As<IStateVector>() is not null);
    }

    [Fact]
    public void TimeAware_OutsideARepeat_CountsTheStepsThatItSees()
    {
        using var environment = EnvironmentRegistry.Default.Make("Pendulum-v1", new Dictionary<string, string> { ["wrap"] = "actionRepeat:4,timeAware", ["maxEpisodeSteps"] = "10" });
        var observation = new float[4];
        environment.Reset(new RandomStream(1), new RowWriter(observation));
        Assert.False(Step(environment, observation, 0).Truncated);
        Assert.Equal(1 / 3f, observation[3]);
        Step(environment, observation, 0);
        Assert.True(Step(environment, observation, 0).Truncated);
        Assert.Equal(1, observation[3]);
    }

    [Fact]
    public void StateOfAWrapper_IsHiddenWhereTheInnerOneHasNone()
    {
        using var environment = new ActionRepeat(new ByteImageFixture(), 2);
        Assert.Null(environment.As<IStateful>());
    }

    internal static IEnvironment Make(string id, string wrap) => EnvironmentRegistry.Default.Make(id, new Dictionary<string, string> { ["wrap"] = wrap });

    private static StepResult Step(IEnvironment environment, float[] observation, float action) => environment.Step(new RowReader([action]), new RowWriter(observation));

    private static byte[] Save(IEnvironment environment)
    {
        using var memory = new MemoryStream();
        environment.As<IStateful>()!.SaveState(new BinaryWriter(memory));
        return memory.ToArray();
    }
}
