using System.Diagnostics;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Where a player stands in mid-episode: both streams, the mask, and how far it is.</summary>
internal sealed record PlayerState(RandomStreamState Stream, RandomStreamState Choices, byte[] Mask, int EpisodeSteps, long Steps);

/// <summary>Plays an environment with seeded random actions, episode after episode. The memory it hands out is filled with a pattern first, so that what is not written shows.</summary>
internal sealed class RandomPlayer
{
    private const ulong ActionSeed = 0x9E3779B97F4A7C15;
    private const int CornerEvery = 16;

    private readonly IEnvironment environment;
    private readonly IActionMask? masked;
    private readonly ISignals? signalled;
    private readonly Space[] leaves;
    private readonly Rows observation, action;
    private readonly byte[] mask;
    private readonly double[] signals;
    private readonly byte pattern;
    private readonly bool corners;
    private RandomStream choices = new(0);
    private bool ended = true;

    public RandomPlayer(IEnvironment environment, byte pattern = 0x5A, bool corners = true)
    {
        this.environment = environment;
        this.pattern = pattern;
        this.corners = corners;
        masked = environment.As<IActionMask>();
        signalled = environment.As<ISignals>();
        leaves = RandomActions.Leaves(environment.ActionSpace);
        observation = new Rows(environment.ObservationSpace.Layout, 1);
        action = new Rows(environment.ActionSpace.Layout, 1);
        mask = new byte[masked?.MaskLength ?? 0];
        signals = new double[signalled?.SignalNames.Count ?? 0];
    }

    public RandomStream Stream { get; private set; } = new(0);

    public StepResult Result { get; private set; }

    public bool IsReset { get; private set; }

    public int EpisodeSteps { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Bytes that the last step allocated.</summary>
    public long Allocated { get; private set; }

    /// <summary>Time spent inside steps.</summary>
    public long Ticks { get; private set; }

    /// <summary>Begins from a seed; the next advance is a reset.</summary>
    public void Begin(ulong seed)
    {
        Stream = new RandomStream(seed);
        choices = new RandomStream(seed ^ ActionSeed);
        ended = true;
        Steps = 0;
    }

    /// <summary>Where the player stands; the environment's state is the caller's to move.</summary>
    public PlayerState Save() => new(Stream.Save(), choices.Save(), [.. mask], EpisodeSteps, Steps);

    /// <summary>Goes on in mid-episode where another player stood.</summary>
    public void Load(PlayerState state)
    {
        Stream.Load(state.Stream);
        choices.Load(state.Choices);
        state.Mask.CopyTo(mask, 0);
        (ended, IsReset, EpisodeSteps, Steps) = (false, false, state.EpisodeSteps, state.Steps);
    }

    /// <summary>Whether the next advance is a reset.</summary>
    public bool Ended => ended;

    /// <summary>One reset or step.</summary>
    public void Advance()
    {
        for (var leaf = 0; leaf < observation.Layout.Leaves.Count; leaf++)
        {
            observation.Raw(leaf, 0).Fill(pattern);
        }

        IsReset = ended;
        if (ended)
        {
            environment.Reset(Stream, observation.Writer(0));
            (Result, ended, EpisodeSteps, Allocated) = (default, false, 0, 0);
        }
        else
        {
            RandomActions.Sample(leaves, choices, action.Writer(0), mask, corners && Steps % CornerEvery == CornerEvery - 1);
            EpisodeSteps++;
            Steps++;
            var (bytes, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            Result = environment.Step(action.Reader(0), observation.Writer(0));
            Ticks += Stopwatch.GetTimestamp() - start;
            signalled?.ReadSignals(signals);
            Allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
            ended = Result.Terminated | Result.Truncated;
        }

        mask.AsSpan().Fill(pattern);
        masked?.WriteMask(mask);
    }

    /// <summary>A copy of what the last advance gave.</summary>
    public PlayFrame Frame()
    {
        var copy = new Rows(observation.Layout, 1);
        observation.CopyRow(0, copy, 0);
        return View() with { Observation = copy, Mask = [.. mask], Signals = [.. signals] };
    }

    /// <summary>What the last advance gave, until the next.</summary>
    public PlayFrame View() => new(IsReset, EpisodeSteps, observation, Result, mask, signals);

    /// <summary>Advances and copies.</summary>
    public List<PlayFrame> Play(int advances)
    {
        var frames = new List<PlayFrame>(advances);
        for (var i = 0; i < advances; i++)
        {
            Advance();
            frames.Add(Frame());
        }

        return frames;
    }
}
