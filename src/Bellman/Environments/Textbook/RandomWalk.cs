using System.Globalization;

namespace Bellman;

/// <summary>
/// RandomWalk-v0 (Sutton and Barto, examples 6.2 and 7.1): a walk from the middle of a row of states, left or right by chance, until it falls off an end. There is nothing to decide: it is for prediction.
/// </summary>
/// <remarks>Observation: the place, 0 to states − 1. Action: 0, without effect. Falling off the right end pays <paramref name="rightReward"/>, off the left end <paramref name="leftReward"/>; both terminate.</remarks>
/// <param name="states">How many places, odd so that there is a middle.</param>
/// <param name="leftReward">0 in example 6.2, −1 in 7.1.</param>
/// <param name="rightReward">1 in both.</param>
public sealed class RandomWalk(int states = 5, double leftReward = 0, double rightReward = 1) : TabularEnvironment(CreateTable(states, leftReward, rightReward)), IDrawable
{
    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-1.2, -0.9, states + 1.2, 1.1);
        scene.Line(SceneColors.Gray, 0.04, new(-0.4, 0), new(states + 0.4, 0));
        End(scene, -0.6, leftReward);
        End(scene, states + 0.6, rightReward);
        for (var state = 0; state < states; state++)
        {
            scene.Circle(SceneColors.LightGray, state + 0.5, 0, 0.36);
            scene.Text(SceneColors.Black, state + 0.5, -0.65, 0.22, states <= 26 ? ((char)('A' + state)).ToString() : state.ToString(CultureInfo.InvariantCulture));
        }

        // Whoever fell off stands on the end; with a single place either is as good.
        scene.Circle(SceneColors.Blue, !Ended ? State + 0.5 : State == 0 ? -0.6 : states + 0.6, 0, 0.26);
    }

    private static void End(Scene scene, double x, double reward)
    {
        scene.Rectangle(reward > 0 ? SceneColors.Green : reward < 0 ? SceneColors.Red : SceneColors.Gray, x - 0.34, -0.34, x + 0.34, 0.34);
        scene.Text(SceneColors.Black, x, 0.6, 0.22, reward.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture));
    }

    private static TransitionTable CreateTable(int states, double leftReward, double rightReward)
    {
        if (states < 1 || states % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(states), $"A walk needs an odd number of states, so that there is a middle, but was given {states}.");
        }

        var initial = new double[states];
        initial[states / 2] = 1;
        return new TransitionTable(1, initial, (state, _) =>
        [
            state == 0 ? new Transition(0.5, state, leftReward, true) : new Transition(0.5, state - 1, 0, false),
            state == states - 1 ? new Transition(0.5, state, rightReward, true) : new Transition(0.5, state + 1, 0, false),
        ]);
    }
}
