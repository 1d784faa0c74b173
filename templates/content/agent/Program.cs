using Bellman;

// Train.
var environments = VectorEnvironment.Make("CartPole-v1", count: 8, seed: 1);
using (var ppo = new Ppo(environments, PpoSettings.For("CartPole-v1") with { Seed = 1 }))
{
    ppo.Learn(steps: 100_000);
    ppo.Save("MyAgent.bellman");
}

// Judge.
var policy = Policy.Load("MyAgent.bellman");
Console.WriteLine($"CartPole-v1: {Evaluation.Run(policy, "CartPole-v1", episodes: 20)}");

// Use, as a product would: no environment, no trainer. A session belongs to one thread.
using var session = policy.CreateSession();
Rows observation = new(policy.ObservationSpace.Layout, 1), action = new(policy.ActionSpace.Layout, 1);
session.Act(observation, action, deterministic: true);
