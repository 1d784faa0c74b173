#:project ../../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Redraws Sutton and Barto's figure 10.2 with this library: semi-gradient SARSA with eight tilings on MountainCar, for three step sizes. From the repository's root:
//
//     dotnet run -c Release tools/figures/mountain-car-tiles.cs docs/images/mountain-car-tiles.svg

using Bellman;

const int runs = 100, episodes = 500;
var chart = new LineChart { Title = "MountainCar, eight tilings of 8 × 8, semi-gradient SARSA", XLabel = "episode", YLabel = $"steps an episode, mean of {runs} runs" };
foreach (var (name, alpha, make) in new (string, double, Func<IFeatures, LinearSettings, LinearLearner>)[]
{
    ("SARSA, α = 0.1/8", 0.1, (features, settings) => new LinearSarsa(features, 3, settings)),
    ("SARSA, α = 0.2/8", 0.2, (features, settings) => new LinearSarsa(features, 3, settings)),
    ("SARSA, α = 0.5/8", 0.5, (features, settings) => new LinearSarsa(features, 3, settings)),
    ("Q-learning, α = 0.5/8", 0.5, (features, settings) => new LinearQLearning(features, 3, settings)),
    ("SARSA(0.9), α = 0.5/8", 0.5, (features, settings) => new LinearSarsaLambda(features, 3, settings)),
})
{
    var steps = new double[runs][];
    Parallel.For(0, runs, run =>
    {
        using var car = new MountainCar();
        var learner = make(TileCoding.For(car.ObservationSpace), new LinearSettings { LearningRate = alpha / 8, Seed = (ulong)run + 1 });
        var play = new LinearPlay(car, learner, (ulong)run);
        steps[run] = [.. Enumerable.Range(0, episodes).Select(_ => (double)play.Episode().Steps)];
    });
    var means = Enumerable.Range(0, episodes).Select(episode => steps.Average(run => run[episode])).ToArray();
    Console.WriteLine($"{name,-24} first {means[0],5:0}, episodes 1-10 {means[..10].Average(),5:0}, 41-50 {means[40..50].Average(),5:0}, 401-500 {means[400..].Average(),6:0.0}");

    // The first episodes take a thousand steps and would flatten the rest.
    chart.Add(new ChartLine(name, [.. Enumerable.Range(10, episodes - 10).Select(episode => (double)episode)], means[10..]));
}

var path = args.Length > 0 ? args[0] : "mountain-car-tiles.svg";
File.WriteAllText(path, chart.ToSvg());
Console.WriteLine(path);
