#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 2: PPO in twenty lines.
//
// Proximal policy optimization plays for a while, looks which actions turned out better than expected, and makes those a little likelier -
// but never by so much that what it has just seen is no longer about the policy that it has become. Then it plays again.

using Bellman;

// Eight CartPoles side by side, and settings that are known to work on them. The seed makes every number below repeat to the last bit.
var environments = VectorEnvironment.Make("CartPole-v1", count: 8, seed: 1);
using var ppo = new Ppo(environments, PpoSettings.For("CartPole-v1") with { Seed = 1 });

Console.WriteLine($"Before: {Evaluation.Run(ppo.Policy, "CartPole-v1")}");
ppo.Learn(steps: 100_000);
var result = Evaluation.Run(ppo.Policy, "CartPole-v1");
Console.WriteLine($"After:  {result}   ({ppo.Progress.Steps:N0} steps in {ppo.Progress.Elapsed.TotalSeconds:0.00} s)");

// What is saved is all that is needed to act, and nothing that would be executed on loading.
var file = Path.Combine(Path.GetTempPath(), "cartpole.bellman");
ppo.Save(file);

// In a product: no environment, no trainer. A policy may be shared by threads; a session belongs to one.
using var session = Policy.Load(file).CreateSession();
float[] leaningRight = [0, 0, 0.1f, 0.5f];
var action = new int[1];
session.Act(leaningRight, action, deterministic: true);
Console.WriteLine($"The pole leans right and falls: it pushes {(action[0] == 1 ? "right" : "left")}.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Train with seeds 2, 3 and 4. How much of the result is the settings, how much luck?
// - Halve the steps until it fails. Print ppo.Progress.MeanReturn beside the evaluation: why is it lower? (It looks at episodes from before the last updates, and plays at random a little.)

if (result.Mean < 475 || action[0] != 1)
{
    Console.Error.WriteLine("This does not hold: PPO solves CartPole in 100,000 steps, and pushes under a falling pole.");
    return 1;
}

return 0;
