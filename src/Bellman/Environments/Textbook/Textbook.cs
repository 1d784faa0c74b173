namespace Bellman;

/// <summary>Problems of Sutton and Barto's and of Russell and Norvig's textbooks, with parameters.</summary>
internal static class Textbook
{
    public static void Register(EnvironmentRegistry registry)
    {
        registry.Register(new EnvironmentSpec
        {
            Id = "Gambler-v0",
            Notes = TextbookNotes.Gambler,
            Description = "Stake capital on a coin until it is gone or the goal is reached.",
            Factory = options => new Gambler(options.Number("headProbability", 0.4), options.Integer("goal", 100)),
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "CarRental-v0",
            Notes = TextbookNotes.CarRental,
            Description = "Rent out cars at two places and move them overnight.",
            Factory = _ => new CarRental(),
            MaxEpisodeSteps = 100,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "GridWorld-v0",
            Notes = TextbookNotes.GridWorld,
            Description = "Find a goal on a map given as text; the ground may be slippery and living cost something.",
            Factory = options => new GridWorld(
                options.Text("map", GridWorld.DefaultMap)!, options.Number("slip", 0.2), options.Number("stepReward", -0.04), options.Number("goalReward", 1), options.Number("trapReward", -1)),
            MaxEpisodeSteps = 200,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "DynaMaze-v0",
            Notes = TextbookNotes.DynaMaze,
            Description = "Find the way through a maze whose walls may change.",
            Factory = options => new DynaMaze(options.Text("variant", "fixed")!, options.Integer("changeAt", 0)),
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "RandomWalk-v0",
            Notes = TextbookNotes.RandomWalk,
            Description = "Watch a random walk along a row of states and predict where it falls off.",
            Factory = options => new RandomWalk(options.Integer("states", 5), options.Number("leftReward", 0), options.Number("rightReward", 1)),
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "WindyGridWorld-v0",
            Notes = TextbookNotes.WindyGridWorld,
            Description = "Reach a goal across a wind that blows upwards.",
            Factory = options => new WindyGridWorld(options.Flag("kingsMoves", false), options.Flag("stochasticWind", false)),
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "Racetrack-v0",
            Notes = TextbookNotes.Racetrack,
            Description = "Drive a car around a bend without leaving the track.",
            Factory = options => new Racetrack(options.Text("map", Racetrack.DefaultMap)!, options.Number("slip", 0.1)),
        });
    }
}
