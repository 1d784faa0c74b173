#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 1: what is reinforcement learning?
//
// In supervised learning somebody shows the right answer to every question. Here nobody does. An AGENT looks at an OBSERVATION and picks an ACTION;
// the ENVIRONMENT answers with a REWARD, a number, and with the next observation. The agent is to make the sum of rewards of a whole EPISODE,
// the RETURN, as large as it can. Three things make that hard:
//
//   - A reward says how good, not what would have been better. The agent must try.
//   - It may come long after the action that earned it. A pole that falls now was lost a second ago.
//   - What the agent does decides what it sees next. Its data are its own doing.
//
// CartPole: a pole stands on a cart. Two actions: push left, push right. The reward is 1 for every step that the pole stays up;
// an episode ends when it falls, or after 500 steps. So the return is the number of steps survived.

using Bellman;
using Bellman.Numerics;

using var environment = EnvironmentRegistry.Default.Make("CartPole-v1");
Console.WriteLine($"An observation is a {environment.ObservationSpace}:");
Console.WriteLine($"position, velocity, angle and angular velocity. An action is a {environment.ActionSpace}.");

// Nobody says which push is right. Pushing at random is where an agent begins.
var dice = new RandomStream(0);
var random = Play(_ => (int)dice.Integers(0, 2));
Console.WriteLine($"\nAt random:          mean return {random.Mean,5:0.0}, best {random.Maximum:0}");

// A rule that looks at the angle alone: push towards where the pole leans. It always comes too late.
var angle = Play(observation => observation[2] > 0 ? 1 : 0);
Console.WriteLine($"By the angle:       mean return {angle.Mean,5:0.0}, best {angle.Maximum:0}");

// One that also looks at how fast the pole turns. A person had to think of it; the agent of lesson 2 finds a better one by itself.
var rule = Play(observation => observation[2] + observation[3] > 0 ? 1 : 0);
Console.WriteLine($"By angle and speed: mean return {rule.Mean,5:0.0}, best {rule.Maximum:0}");

// The claims, checked. Random pushing survives about 22 steps with a deviation of about 12, so the mean of 1000 episodes lies within 1.5 of it.
Claim(Math.Abs(random.Mean - 22.2) < 1.5, "random pushing survives about 22 steps");
Claim(angle.Mean is > 35 and < 50, "the angle alone gives about 42, hardly twice as much");
Claim(rule.Mean > 4 * angle.Mean, "knowing the speed as well is worth four times more");
Console.WriteLine("\nThe same actions, the same rewards: only how the actions are chosen differs. That choice is the POLICY, and it is what is learned.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - A rule of all four numbers, position and velocity too: can you find weights by hand that reach 500 in every episode? How many did you try, and could a program have tried them?
// - Pay −1 for the fall and 0 for every other step. Is the best policy still the same one? What has become harder for somebody who must find it?

// An episode, as every program in this field has it: reset, then act and step until the end.
EvaluationResult Play(Func<float[], int> policy)
{
    var returns = new List<double>();
    var observation = new float[4];
    var action = new int[1];
    for (var episode = 0; episode < 1000; episode++)
    {
        environment.Reset(new RandomStream((ulong)episode), new RowWriter(observation));
        var (total, ended) = (0.0, false);
        while (!ended)
        {
            action[0] = policy(observation);
            var result = environment.Step(new RowReader(action), new RowWriter(observation));
            total += result.Reward;
            ended = result.Terminated || result.Truncated;
        }

        returns.Add(total);
    }

    return EvaluationResult.Of(returns);
}
