namespace Bellman.Environments;

/// <summary>The games on pixels and on small boards.</summary>
internal static class PixelGames
{
    public static void Register(EnvironmentRegistry registry)
    {
        registry.Register(new EnvironmentSpec
        {
            Id = "Pong-v0",
            Notes = PixelNotes.Pong,
            Description = "Play Pong from pixels against an opponent that returns every flat ball.",
            Factory = options => new FrameStack(new Pong(options.Integer("frameSkip", 4)), options.Integer("stack", 4)),
            MaxEpisodeSteps = 10_000,
            RewardThreshold = 18,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "PongState-v0",
            Notes = PixelNotes.PongState,
            Description = "Play Pong from six numbers against an opponent that returns every flat ball.",
            Factory = options => new PongState(options.Integer("frameSkip", 4)),
            MaxEpisodeSteps = 10_000,
            RewardThreshold = 18,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "Breakout-v0",
            Notes = PixelNotes.Breakout,
            Description = "Knock a wall of bricks down with a ball, from pixels.",
            Factory = options => new FrameStack(new Breakout(options.Integer("frameSkip", 4)), options.Integer("stack", 4)),
            MaxEpisodeSteps = 10_000,
        });
        Mini("MiniBreakout-v0", PixelNotes.MiniBreakout, "Knock bricks out of a wall of three rows on a small board.", () => new MiniBreakout(), 5_000);
        Mini("MiniCrossing-v0", PixelNotes.MiniCrossing, "Cross eight lanes of traffic on a small board.", () => new MiniCrossing(), 2_500);
        Mini("MiniInvaders-v0", PixelNotes.MiniInvaders, "Shoot a formation of aliens on a small board before it arrives.", () => new MiniInvaders(), 5_000);
        Mini("MiniGather-v0", PixelNotes.MiniGather, "Gather gold and keep away from foes on a small board.", () => new MiniGather(), 5_000);

        void Mini(string id, EnvironmentNotes notes, string description, Func<IEnvironment> make, int limit) =>
            registry.Register(new EnvironmentSpec { Id = id, Notes = notes, Description = description, Factory = _ => make(), MaxEpisodeSteps = limit });
    }
}
