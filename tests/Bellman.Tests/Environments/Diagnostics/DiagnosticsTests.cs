using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>The tasks that each ask for one ability: what the best and what a blind player get.</summary>
public sealed class DiagnosticsTests
{
    public static TheoryData<string> Ids =>
    [
        "BitFlip-v0", "ReacherGoal-v0", "TMaze-v0", "DeepSea-v0", "DiscountingChain-v0", "Catch-v0", "MemoryLength-v0",
        "FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v3", "Taxi-v4", "Blackjack-v1",
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Environments_KeepTheContract(string id) => Conformance.Check(() => EnvironmentRegistry.Default.Make(id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Steps_AllocateNothing(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        Assert.Equal(0, Conformance.Allocated(environment));
    }

    [Fact]
    public void FickleTaxi_KeepsTheContract() => Conformance.Check(() => new FickleTaxi(new Taxi(rainy: true), 0.5));

    [Fact]
    public void BitFlip_PaysMinusOneUntilEqual_AndEndsAfterAsManySteps()
    {
        using var environment = new BitFlip(6);
        Rows row = new(environment.ObservationSpace.Layout, 1);
        var action = new int[1];
        for (ulong seed = 0; seed < 20; seed++)
        {
            environment.Reset(new RandomStream(seed), row.Writer(0));
            var wrong = Enumerable.Range(0, 6).Where(i => row.Bytes(0)[i] != row.Bytes(2)[i]).ToList();
            Assert.NotEmpty(wrong);
            foreach (var (bit, left) in wrong.Select((bit, i) => (bit, wrong.Count - 1 - i)))
            {
                action[0] = bit;
                Assert.Equal(new StepResult(left == 0 ? 0 : -1, left == 0, false), environment.Step(new RowReader(action), row.Writer(0)));
                Assert.Equal(left == 0 ? 0 : -1, environment.ComputeReward(row.Reader(0)["achieved_goal"], row.Reader(0)["desired_goal"]));
            }
        }

        environment.Reset(new RandomStream(1), row.Writer(0));
        Assert.All(Enumerable.Range(1, 6), t => Assert.Equal(t == 6, environment.Step(new RowReader(new[] { 0 }), row.Writer(0)) is { Truncated: true, Terminated: false }));

        // What was achieved, wanted in hindsight, is a success.
        Assert.Equal(0, environment.ComputeReward(row.Reader(0)["achieved_goal"], row.Reader(0)["achieved_goal"]));
        Assert.True(environment.ComputeTerminated(row.Reader(0)["achieved_goal"], row.Reader(0)["achieved_goal"]));
    }

    [Fact]
    public void TMaze_HidesTheCueInTheCorridor_AndPaysForTheRightTurn()
    {
        using var environment = new TMaze(5);
        var observation = new float[3];
        foreach (var seed in Enumerable.Range(0, 8))
        {
            environment.Reset(new RandomStream((ulong)seed), new RowWriter(observation));
            var up = observation[0] == 0;
            Assert.Equal(1, observation[1]);
            for (var t = 0; t < 4; t++)
            {
                Assert.Equal(new StepResult(0, false, false), environment.Step(new RowReader([1]), new RowWriter(observation)));
                Assert.Equal([1f, 0, 1], observation);
            }

            environment.Step(new RowReader([1]), new RowWriter(observation));
            Assert.Equal([0f, 1, 0], observation);
            var turn = seed % 2 == 0 ? 0 : 2;
            Assert.Equal(new StepResult(turn == 0 == up ? 1 : -1, true, false), environment.Step(new RowReader([turn]), new RowWriter(observation)));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    public void DeepSea_PaysPointNineNineToWhoGoesRight_AndNothingToWhoDoesNot(int size)
    {
        using var environment = new DeepSea(size, mappingSeed: 7);
        var observation = new float[size * size];
        foreach (var right in new[] { true, false })
        {
            environment.Reset(new RandomStream(0), new RowWriter(observation));
            var sum = 0.0;
            for (var t = 0; t < size; t++)
            {
                var cell = Array.IndexOf(observation, 1f);
                Assert.Equal(t, cell / size);
                var action = environment.RightAction(cell / size, cell % size);
                var result = environment.Step(new RowReader([right ? action : 1 - action]), new RowWriter(observation));
                sum += result.Reward;
                Assert.Equal(t == size - 1, result.Terminated);
            }

            Assert.Equal(right ? 0.99 : 0, sum, 1e-12);
            Assert.DoesNotContain(1f, observation);
        }
    }

    [Fact]
    public void DiscountingChain_PaysOnItsDay()
    {
        int[] days = [1, 3, 10, 30, 100];
        for (var chain = 0; chain < 5; chain++)
        {
            using var environment = new DiscountingChain(bonus: 1);
            var observation = new float[2];
            environment.Reset(new RandomStream(0), new RowWriter(observation));
            Assert.Equal([-1f, 0], observation);
            for (var t = 1; t <= 100; t++)
            {
                var result = environment.Step(new RowReader([t == 1 ? chain : 0]), new RowWriter(observation));
                Assert.Equal(new StepResult(t == days[chain] ? (chain == 1 ? 1.1 : 1) : 0, t == 100, false), result);
                Assert.Equal(chain, observation[0]);
            }
        }
    }

    [Fact]
    public void Catch_PaysOneUnderTheBall_AndMinusOneElsewhere()
    {
        using var environment = new Catch();
        var observation = new float[50];
        var random = new RandomStream(2);
        for (var episode = 0; episode < 40; episode++)
        {
            environment.Reset(random, new RowWriter(observation));
            var ball = Array.IndexOf(observation, 1f) % 5;
            var (paddle, steps) = (2, 0);
            var follows = episode % 2 == 0;
            StepResult result;
            do
            {
                var move = follows ? Math.Sign(ball - paddle) : Math.Sign((ball == 0 ? 4 : 0) - paddle);
                paddle = Math.Clamp(paddle + move, 0, 4);
                result = environment.Step(new RowReader([move + 1]), new RowWriter(observation));
                steps++;
            }
            while (!result.Terminated);
            Assert.Equal(9, steps);
            Assert.Equal(follows ? 1 : -1, result.Reward);
        }
    }

    [Fact]
    public void MemoryLength_ShowsBitsFirst_AsksLast_AndPaysForTheRightAnswer()
    {
        using var environment = new MemoryLength(4, bits: 3);
        var observation = new float[5];
        for (ulong seed = 0; seed < 16; seed++)
        {
            environment.Reset(new RandomStream(seed), new RowWriter(observation));
            var bits = observation[2..];
            Assert.All(bits, bit => Assert.Equal(1, Math.Abs(bit)));
            StepResult result = default;
            var query = -1;
            for (var t = 0; t <= 4; t++)
            {
                var answer = query >= 0 && bits[query] > 0 ? 1 : 0;
                result = environment.Step(new RowReader([t == 4 && seed % 2 == 1 ? 1 - answer : answer]), new RowWriter(observation));
                Assert.Equal(t == 4, result.Terminated);
                Assert.Equal(t == 0, observation[2] != 0);
                query = t == 3 ? (int)observation[1] : query;
            }

            Assert.Equal(seed % 2 == 1 ? -1 : 1, result.Reward);
        }
    }

    [Fact]
    public void ReacherGoal_IsReachedByPullingTheTipTowardsTheGoal()
    {
        using var environment = new ReacherGoal();
        Rows row = new(environment.ObservationSpace.Layout, 1);
        var action = new float[2];
        var reached = 0;
        var random = new RandomStream(3);
        for (var episode = 0; episode < 20; episode++)
        {
            environment.Reset(random, row.Writer(0));
            var last = 0.0;
            for (var t = 0; t < 50; t++)
            {
                // The transposed Jacobian pulls the tip towards the goal; speeds are damped.
                var arm = row.Floats(0);
                var (x, y) = (row.Floats(1)[0], row.Floats(1)[1]);
                var (pullX, pullY) = (row.Floats(2)[0] - x, row.Floats(2)[1] - y);
                var (elbowX, elbowY) = (x - (0.5f * arm[0]), y - (0.5f * arm[1]));
                action[0] = (4 * ((x * pullY) - (y * pullX))) - (0.5f * arm[4]);
                action[1] = (8 * ((elbowX * pullY) - (elbowY * pullX))) - (0.3f * arm[5]);
                last = environment.Step(new RowReader(action), row.Writer(0)).Reward;
                Assert.Equal(last, environment.ComputeReward(row.Reader(0)["achieved_goal"], row.Reader(0)["desired_goal"]));
            }

            reached += last == 0 ? 1 : 0;
            var signal = new double[1];
            environment.ReadSignals(signal);
            Assert.Equal(last == 0 ? 1 : 0, signal[0]);
        }

        Assert.True(reached >= 12, $"{reached} of 20");
    }
}
