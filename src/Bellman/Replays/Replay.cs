using Bellman.Numerics;

namespace Bellman;

/// <summary>A moment of an episode.</summary>
/// <param name="Scene">What it looked like.</param>
/// <param name="Reward">What the step to it brought; 0 at the start.</param>
/// <param name="Return">The sum of rewards so far.</param>
/// <param name="Action">What led to it, as a short text; empty at the start.</param>
public sealed record ReplayFrame(Scene Scene, double Reward, double Return, string Action);

/// <summary>An episode that was played.</summary>
/// <param name="Seed">What it was reset from.</param>
/// <param name="Frames">The start, then one for each step.</param>
/// <param name="Terminated">Whether the task itself ended.</param>
/// <param name="BrokenOff">Whether nothing had ended it after <see cref="Replay.MostSteps"/>.</param>
public sealed record ReplayEpisode(ulong Seed, IReadOnlyList<ReplayFrame> Frames, bool Terminated, bool BrokenOff = false)
{
    /// <summary>The sum of its rewards.</summary>
    public double Return => Frames[^1].Return;

    /// <summary>How it ended: <c>terminated</c>, <c>truncated</c> or <c>broken off</c>.</summary>
    public string End => Terminated ? "terminated" : BrokenOff ? "broken off" : "truncated";

    /// <summary>How many steps it took.</summary>
    public int Steps => Frames.Count - 1;
}

/// <summary>
/// Episodes to look at: <c>Replay.Record(policy, "CartPole-v1").SaveHtml("replay.html")</c>.
/// Environments that do not draw themselves are shown by what the agent sees.
/// </summary>
public sealed class Replay
{
    /// <summary>After so many steps an episode is broken off: tasks without a time limit can go on for ever.</summary>
    public const int MostSteps = 10_000;

    /// <summary>A replay of scenes that were drawn elsewhere: the sweeps of a planner, or a game that was played outside.</summary>
    /// <param name="title">What was played.</param>
    /// <param name="framesPerSecond">Steps a second.</param>
    /// <param name="episodes">What there is to see, each with at least one frame.</param>
    /// <exception cref="ArgumentException">There is no episode, or one without a frame, or the pace is not positive.</exception>
    public Replay(string title, double framesPerSecond, IReadOnlyList<ReplayEpisode> episodes)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(episodes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(framesPerSecond, 0);
        if (episodes.Count == 0 || episodes.Any(episode => episode.Frames.Count == 0))
        {
            throw new ArgumentException($"A replay needs at least one episode, each with at least one frame; '{title}' has {episodes.Count} episodes.", nameof(episodes));
        }

        (Title, FramesPerSecond, Episodes) = (title, framesPerSecond, episodes);
    }

    /// <summary>What was played.</summary>
    public string Title { get; }

    /// <summary>Steps a second at the environment's own pace.</summary>
    public double FramesPerSecond { get; }

    /// <summary>What was recorded, in order.</summary>
    public IReadOnlyList<ReplayEpisode> Episodes { get; }

    /// <summary>Plays episodes with a policy.</summary>
    /// <param name="policy">What plays.</param>
    /// <param name="environment">The environment's id.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="seed">Episode k is reset from the stream of seed + k.</param>
    /// <param name="deterministic">Whether the likeliest action is taken instead of one drawn.</param>
    /// <param name="options">The environment's constructor options.</param>
    /// <exception cref="ArgumentException">The environment is unknown or does not fit the policy.</exception>
    public static Replay Record(
        Policy policy, string environment, int episodes = 1, ulong seed = Evaluation.DefaultSeed, bool deterministic = true, IReadOnlyDictionary<string, string>? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        using var made = EnvironmentRegistry.Default.Make(environment, options);
        Evaluation.RefuseMisfit(policy, made);
        using var session = policy.CreateSession(seed);
        return Record(made, environment, Pace(environment), episodes, seed, _ => { }, (observation, mask, action) => session.Act(observation, action, deterministic, mask));
    }

    /// <summary>Plays episodes with rules.</summary>
    /// <param name="controller">What plays.</param>
    /// <param name="environment">The environment's id.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="seed">Episode k is reset from the stream of seed + k.</param>
    /// <param name="options">The environment's constructor options.</param>
    /// <exception cref="ArgumentException">The environment is unknown.</exception>
    public static Replay Record(IController controller, string environment, int episodes = 1, ulong seed = Evaluation.DefaultSeed, IReadOnlyDictionary<string, string>? options = null)
    {
        ArgumentNullException.ThrowIfNull(controller);
        using var made = EnvironmentRegistry.Default.Make(environment, options);
        return Record(controller, made, environment, Pace(environment), episodes, seed);
    }

    /// <summary>Plays episodes with random actions.</summary>
    /// <param name="environment">The environment's id.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="seed">Episode k is reset from the stream of seed + k.</param>
    /// <param name="options">The environment's constructor options.</param>
    /// <exception cref="ArgumentException">The environment is unknown.</exception>
    public static Replay RecordRandom(string environment, int episodes = 1, ulong seed = Evaluation.DefaultSeed, IReadOnlyDictionary<string, string>? options = null)
    {
        using var made = EnvironmentRegistry.Default.Make(environment, options);
        return Record(new RandomController(made.ActionSpace), made, environment, Pace(environment), episodes, seed);
    }

    /// <summary>Plays episodes in an environment that the caller made.</summary>
    /// <param name="controller">What plays.</param>
    /// <param name="environment">Where; an episode that nothing ends is broken off after <see cref="MostSteps"/>.</param>
    /// <param name="title">What to call it.</param>
    /// <param name="framesPerSecond">Steps a second.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="seed">Episode k is reset from the stream of seed + k.</param>
    public static Replay Record(IController controller, IEnvironment environment, string title, double framesPerSecond = 30, int episodes = 1, ulong seed = Evaluation.DefaultSeed)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(environment);
        return Record(environment, title, framesPerSecond, episodes, seed, controller.Begin, (observation, mask, action) => controller.Act(observation.Reader(0), mask, action.Writer(0)));
    }

    private static double Pace(string environment) => EnvironmentRegistry.Default.Get(environment).FramesPerSecond;

    private static Replay Record(IEnvironment environment, string title, double framesPerSecond, int episodes, ulong seed, Action<ulong> begin, Choose act)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(framesPerSecond, 0);
        Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
        var masks = environment.As<IActionMask>();
        var mask = new byte[masks?.MaskLength ?? 0];
        var drawable = environment.As<IDrawable>();
        var recorded = new List<ReplayEpisode>();
        for (var k = 0; k < episodes; k++)
        {
            environment.Reset(new RandomStream(seed + (ulong)k), observation.Writer(0));
            begin(seed + (ulong)k);
            var frames = new List<ReplayFrame> { new(Look(), 0, 0, "") };
            StepResult step = default;
            while (!(step.Terminated || step.Truncated) && frames.Count <= MostSteps)
            {
                masks?.WriteMask(mask);
                act(observation, mask, action);
                step = environment.Step(action.Reader(0), observation.Writer(0));
                frames.Add(new ReplayFrame(Look(), step.Reward, frames[^1].Return + step.Reward, RowText.Write(action, 0)));
            }

            recorded.Add(new ReplayEpisode(seed + (ulong)k, frames, step.Terminated, BrokenOff: !(step.Terminated || step.Truncated)));
        }

        return new Replay(title, framesPerSecond, recorded);

        Scene Look()
        {
            var scene = new Scene();
            if (drawable is null)
            {
                ObservationScene.Draw(scene, environment.ObservationSpace, observation);
            }
            else
            {
                drawable.Draw(scene);
            }

            return scene;
        }
    }

    private delegate void Choose(Rows observation, byte[] mask, Rows action);
}
