using System.Globalization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// DiscountingChain-v0 (bsuite; Osband et al. 2019, arXiv:1908.03568): the first action chooses when the one reward of 1 comes, after 1, 3, 10, 30 or 100 steps. One of the five pays 1.1;
/// whoever discounts too much prefers the early ones all the same. The best return is 1.1.
/// </summary>
/// <remarks>Observation: the chosen chain, −1 before the choice, and the share of the episode that is over. Action: 0 to 4; later ones do nothing. An episode has 100 steps and terminates.</remarks>
/// <param name="bonus">Which chain pays more, 0 to 4.</param>
public sealed class DiscountingChain(int bonus = 4) : IEnvironment, IStateful, IDrawable
{
    private const int Length = 100;
    private readonly int bonus = bonus is >= 0 and < 5 ? bonus : throw new ArgumentOutOfRangeException(nameof(bonus), bonus, "The chains are 0 to 4.");
    private int chain;
    private int steps;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace([-1, 0], [4, 1]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(5);

    private static ReadOnlySpan<int> PayDays => [1, 3, 10, 30, 100];

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        (chain, steps) = (-1, 0);
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        chain = steps == 0 ? action.Integers[0] : chain;
        steps++;
        Observe(observation);
        return new StepResult(steps == PayDays[chain] ? (chain == bonus ? 1.1 : 1) : 0, steps == Length, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(chain);
        writer.Write(steps);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (chain, steps) = (reader.ReadInt32(), reader.ReadInt32());
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-44, -1, Length + 6, 52);
        for (var i = 0; i < PayDays.Length; i++)
        {
            var y = 5 + (9 * (PayDays.Length - 1 - i));
            scene.Line(i == chain ? SceneColors.Gray : SceneColors.LightGray, 1.2, new ScenePoint(0, y), new ScenePoint(PayDays[i], y));
            scene.Circle(i == bonus ? SceneColors.Yellow : SceneColors.Green, PayDays[i], y, 2.6);
            scene.Text(SceneColors.Black, -24, y, 4, string.Create(CultureInfo.InvariantCulture, $"after {PayDays[i]}: {(i == bonus ? 1.1 : 1)}"));
            if (i == chain)
            {
                scene.Circle(SceneColors.Blue, Math.Min(steps, PayDays[i]), y, 2);
            }
        }

        if (chain < 0)
        {
            scene.Circle(SceneColors.Blue, 0, 48.5, 2);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        observation.Floats[1] = (float)steps / Length;
        observation.Floats[0] = chain;
    }
}
