using Bellman;
using Bellman.Testing;

// Review it first: what is wrong with an environment looks like an agent that does not learn.
EnvironmentRegistry.Default.Register(MyEnvironment.Spec);
Console.WriteLine(EnvironmentAssert.IsSound("MyEnvironment-v0"));

var environments = VectorEnvironment.Make("MyEnvironment-v0", count: 8, seed: 1);
using var ppo = new Ppo(environments, new PpoSettings { Seed = 1, RolloutSteps = 128, BatchSize = 256 });
ppo.Learn(steps: 30_000);
ppo.Save("MyEnvironment.bellman");
Console.WriteLine($"After training: {Evaluation.Run(ppo.Policy, "MyEnvironment-v0")}");
