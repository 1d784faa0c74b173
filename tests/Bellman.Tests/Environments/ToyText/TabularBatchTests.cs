using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>The batch form of tables is the single form to the bit: observations, rewards, ends and masks.</summary>
public sealed class TabularBatchTests
{
    public static TheoryData<string> Ids => ["FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v3", "Taxi-v4"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Episodes_AreTheSingleForms(string id)
    {
        const int copies = 9;
        using var batch = VectorEnvironment.Make(id, copies, seed: 11);
        using var singles = BatchPlay.Singles(id, copies, seed: 11);
        VectorStep left = new(batch), right = new(singles);
        var actions = new Rows(batch.ActionSpace.Layout, copies);
        var random = new RandomStream(2);
        batch.Reset(left);
        singles.Reset(right);
        var ends = 0;
        for (var t = 0; t < 450; t++)
        {
            Assert.Equal(right.Observations.Integers().ToArray(), left.Observations.Integers().ToArray());
            Assert.Equal(right.FinalObservations.Integers().ToArray(), left.FinalObservations.Integers().ToArray());
            Assert.Equal(right.Rewards, left.Rewards);
            Assert.Equal(right.Terminated, left.Terminated);
            Assert.Equal(right.Truncated, left.Truncated);
            Assert.Equal(right.ActionMasks, left.ActionMasks);
            Assert.Equal(right.FinalActionMasks, left.FinalActionMasks);
            ends += Enumerable.Range(0, copies).Count(left.Ended);
            BatchPlay.Sample(batch.ActionSpace, actions, random);
            batch.Step(actions, left);
            singles.Step(actions, right);
        }

        Assert.True(ends > 0 || id.StartsWith("Cliff", StringComparison.Ordinal), $"{ends}");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Steps_AllocateNothing(string id) => Assert.Equal(0, BatchPlay.BytesOfSteps(id));

    [Fact]
    public void SavedCopies_GoOnInTheSingleForm()
    {
        using var batch = EnvironmentRegistry.Default.Get("Taxi-v4").BatchFactory!(new EnvironmentOptions(null), 3, 5, 0)!;
        using var environment = VectorEnvironment.Make("Taxi-v4", 3);
        var step = new VectorStep(environment);
        batch.Reset(step);
        using var memory = new MemoryStream();
        batch.SaveState(1, new BinaryWriter(memory));
        memory.Position = 0;
        using var single = new Taxi();
        single.LoadState(new BinaryReader(memory));
        Assert.Equal(step.Observations.Integers()[1], single.State);
    }

    [Fact]
    public void AnUnknownAction_NamesTheEnvironment()
    {
        using var environment = VectorEnvironment.Make("FrozenLake-v1", 10);
        var step = new VectorStep(environment);
        var actions = new Rows(environment.ActionSpace.Layout, 10);
        environment.Reset(step);
        actions.Integers()[6] = 4;
        Assert.StartsWith("Environment 6 failed", Assert.Throws<InvalidOperationException>(() => environment.Step(actions, step)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FicklePassengers_HaveNoBatchForm_AndAreMadeOneByOne()
    {
        using var environment = VectorEnvironment.Make("Taxi-v4", 3, options: new Dictionary<string, string> { ["ficklePassenger"] = "true" });
        var step = new VectorStep(environment);
        environment.Reset(step);
        Assert.Equal(6, environment.MaskLength);
    }
}
