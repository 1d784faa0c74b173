using System.Globalization;

namespace Bellman;

/// <summary>
/// Gambler-v0 (Sutton and Barto, example 4.3): stake capital on a coin until there is none left or the goal is reached. The reward is 1 at the goal and 0 otherwise; both ends terminate.
/// </summary>
/// <remarks>Observation: the capital, 0 to the goal. Action: the stake; stakes from 1 to what is there, and to what is missing, are allowed. The first capital is drawn evenly.</remarks>
/// <param name="headProbability">The chance that the coin wins.</param>
/// <param name="goal">The capital to reach, 2 at least.</param>
public sealed class Gambler(double headProbability = 0.4, int goal = 100) : TabularEnvironment(CreateTable(headProbability, goal)), IActionMask, IDrawable
{
    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var share = (double)State / goal;
        scene.SetWindow(-0.05, -0.16, 1.05, 0.34);
        scene.Rectangle(SceneColors.LightGray, 0, 0, 1, 0.12);
        scene.Rectangle(share >= 1 ? SceneColors.Green : SceneColors.Yellow, 0, 0, share, 0.12);
        scene.Line(SceneColors.Green, 0.008, new(1, -0.02), new(1, 0.2));
        scene.Text(SceneColors.Black, 0, -0.06, 0.035, "0");
        scene.Text(SceneColors.Black, 1, -0.06, 0.035, goal.ToString(CultureInfo.InvariantCulture));
        scene.Text(SceneColors.Black, 0.5, 0.28, 0.05, string.Create(CultureInfo.InvariantCulture, $"capital {State}"));
        if (LastAction > 0)
        {
            // The coin of the last bet, and how much lay on it.
            scene.Circle(SceneColors.Brown, 0.3, -0.09, 0.05);
            scene.Circle(SceneColors.Yellow, 0.3, -0.09, 0.042);
            scene.Text(SceneColors.Black, 0.55, -0.09, 0.04, string.Create(CultureInfo.InvariantCulture, $"last stake {LastAction}"));
        }
    }

    /// <inheritdoc/>
    public int MaskLength => ActionCount;

    /// <inheritdoc/>
    public void WriteMask(Span<byte> allowed)
    {
        for (var stake = 0; stake < allowed.Length; stake++)
        {
            allowed[stake] = Transitions(State, stake).Length > 0 ? (byte)1 : (byte)0;
        }
    }

    private static TransitionTable CreateTable(double headProbability, int goal)
    {
        if (!(headProbability >= 0 && headProbability <= 1) || goal < 2)
        {
            throw new ArgumentException($"The coin needs a probability in [0, 1] and the goal is at least 2, but headProbability is {headProbability} and goal {goal}.");
        }

        var initial = new double[goal + 1];
        initial.AsSpan(1, goal - 1).Fill(1.0 / (goal - 1));
        return new TransitionTable((goal / 2) + 1, initial, (capital, stake) =>
            capital == 0 || capital == goal ? stake == 0 ? [new Transition(1, capital, 0, true)] : []
            : stake < 1 || stake > Math.Min(capital, goal - capital) ? []
            : [Outcome(headProbability, capital + stake), Outcome(1 - headProbability, capital - stake)]);

        Transition Outcome(double probability, int capital) => new(probability, capital, capital == goal ? 1 : 0, capital == 0 || capital == goal);
    }
}
