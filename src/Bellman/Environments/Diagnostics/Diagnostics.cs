namespace Bellman;

/// <summary>Small tasks that each ask for one ability: goals in hindsight, memory, exploration, foresight.</summary>
internal static class Diagnostics
{
    public static void Register(EnvironmentRegistry registry)
    {
        registry.Register(new EnvironmentSpec { Id = "BitFlip-v0", Notes = DiagnosticsNotes.BitFlip, Description = "Make bits equal to others by flipping one a step; needs hindsight.", Factory = options => new BitFlip(options.Integer("bits", 8)) });
        registry.Register(new EnvironmentSpec { Id = "ReacherGoal-v0", Notes = DiagnosticsNotes.ReacherGoal, Description = "Bring the tip of an arm of two links to a goal; the reward only says whether it is there.", Factory = options => new ReacherGoal(options.Flag("dense", false)), MaxEpisodeSteps = 50 });
        registry.Register(new EnvironmentSpec { Id = "TMaze-v0", Notes = DiagnosticsNotes.TMaze, Description = "Remember a cue to the end of a corridor and turn to the right side.", Factory = options => new TMaze(options.Integer("length", 10)), RewardThreshold = 0.95 });
        registry.Register(new EnvironmentSpec { Id = "DeepSea-v0", Notes = DiagnosticsNotes.DeepSea, EndsOnTime = true, Description = "Find a treasure that only a long row of right choices leads to; needs deep exploration.", Factory = options => new DeepSea(options.Integer("size", 10), options.Integer("mappingSeed", 0)), RewardThreshold = 0.9 });
        registry.Register(new EnvironmentSpec { Id = "DiscountingChain-v0", Notes = DiagnosticsNotes.DiscountingChain, EndsOnTime = true, Description = "Choose among rewards that come after 1 to 100 steps; shows what discounting does.", Factory = options => new DiscountingChain(options.Integer("bonus", 4)), RewardThreshold = 1.1 });
        registry.Register(new EnvironmentSpec { Id = "Catch-v0", Notes = DiagnosticsNotes.Catch, EndsOnTime = true, Description = "Be under a ball when it arrives.", Factory = options => new Catch(options.Integer("rows", 10), options.Integer("columns", 5)), RewardThreshold = 0.95 });
        registry.Register(new EnvironmentSpec { Id = "MemoryLength-v0", Notes = DiagnosticsNotes.MemoryLength, EndsOnTime = true, Description = "Remember bits that were shown at first and say the one that is asked for.", Factory = options => new MemoryLength(options.Integer("length", 10), options.Integer("bits", 1)), RewardThreshold = 0.95 });
    }
}
