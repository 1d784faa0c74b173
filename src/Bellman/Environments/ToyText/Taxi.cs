namespace Bellman;

/// <summary>
/// Taxi-v3 and Taxi-v4 (Dietterich 2000): drive to a passenger, take it in, and set it down at its destination. The reward is −1 a step, −10 for taking in or setting down
/// where that is not possible, 20 at the end; setting down at the destination terminates.
/// </summary>
/// <remarks>
/// Observation: ((row · 5 + column) · 5 + passenger) · 4 + destination; passenger 0 to 3 waits at red (0, 0), green (0, 4), yellow (4, 0), blue (4, 3), 4 sits in the taxi.
/// Action: 0 south, 1 north, 2 east, 3 west, 4 take in, 5 set down. The mask allows what changes something, as Gymnasium's <c>action_mask</c> does; the model knows all actions.
/// Limit 200 steps.
/// </remarks>
/// <param name="rainy">Whether the taxi may drift: where the way ahead is open it goes there with <paramref name="rainyProbability"/>, and to each side, unless a wall is there, with half the rest; where the way is blocked it stays.</param>
/// <param name="rainyProbability">How probable it is in rain to go where one meant to.</param>
public sealed class Taxi(bool rainy = false, double rainyProbability = 0.8) : TabularEnvironment(CreateTable(rainy, rainyProbability)), IActionMask, IDrawable
{
    internal const int InTaxi = 4;
    internal const int Actions = 6;
    internal const int States = 500;

    private static readonly (int Row, int Column)[] Locations = [(0, 0), (0, 4), (4, 0), (4, 3)];

    // Walls stand to the east of these cells, beside the border.
    private static readonly (int Row, int Column)[] Walls = [(0, 1), (1, 1), (3, 0), (3, 2), (4, 0), (4, 2)];
    private static readonly byte[] Masks = CreateMasks();

    /// <inheritdoc/>
    public int MaskLength => Actions;

    /// <summary>Where passengers wait and go: red, green, yellow, blue.</summary>
    public static IReadOnlyList<(int Row, int Column)> Places => Locations;

    /// <summary>Takes a state's number apart.</summary>
    public static (int Row, int Column, int Passenger, int Destination) Decode(int state) => (state / 100, state / 20 % 5, state / 4 % 5, state % 4);

    /// <summary>A state's number.</summary>
    public static int Encode(int row, int column, int passenger, int destination) => (((((row * 5) + column) * 5) + passenger) * 4) + destination;

    /// <inheritdoc/>
    public void Draw(Scene scene) => TaxiScene.Draw(scene, State);

    /// <inheritdoc/>
    public void WriteMask(Span<byte> mask) => MaskOf(State).CopyTo(mask);

    /// <inheritdoc/>
    public override void WriteMaskOf(int state, Span<byte> mask) => MaskOf(state).CopyTo(mask);

    internal static ReadOnlySpan<byte> MaskOf(int state) => Masks.AsSpan(state * Actions, Actions);

    internal static bool WallToTheEast(int row, int column) => column == 4 || Walls.Contains((row, column));

    internal static TransitionTable CreateTable(bool rainy, double rainyProbability)
    {
        if (!(rainyProbability is >= 0 and <= 1))
        {
            throw new ArgumentException($"The probability of going straight in rain is {rainyProbability}; it must lie in [0, 1].", nameof(rainyProbability));
        }

        var initial = new double[States];
        for (var state = 0; state < States; state++)
        {
            var (_, _, passenger, destination) = Decode(state);
            initial[state] = passenger != InTaxi && passenger != destination ? 1.0 / 300 : 0;
        }

        return new TransitionTable(Actions, initial, (state, action) => action < 4 ? Drive(state, action, rainy, rainyProbability) : [Serve(state, action)]);
    }

    /// <summary>Drives to another destination: the passenger has changed its mind.</summary>
    internal int Redirect(int destination) => State = (State & ~3) | destination;

    private static Transition[] Drive(int state, int action, bool rainy, double probability)
    {
        var ahead = Neighbour(state, action);
        if (!rainy)
        {
            return [new Transition(1, ahead, -1, false)];
        }

        // To the left of where the taxi heads, then to its right; it drifts only while it moves.
        var (left, right) = action switch { 0 => (2, 3), 1 => (3, 2), 2 => (1, 0), _ => (0, 1) };
        var aside = (1 - probability) / 2;
        return [new Transition(probability, ahead, -1, false), new Transition(aside, Drift(left), -1, false), new Transition(aside, Drift(right), -1, false)];

        int Drift(int direction) => ahead == state ? state : Neighbour(state, direction);
    }

    private static int Neighbour(int state, int direction)
    {
        var (row, column, _, _) = Decode(state);
        return state + direction switch
        {
            0 => row < 4 ? 100 : 0,
            1 => row > 0 ? -100 : 0,
            2 => WallToTheEast(row, column) ? 0 : 20,
            _ => column == 0 || WallToTheEast(row, column - 1) ? 0 : -20,
        };
    }

    private static Transition Serve(int state, int action)
    {
        var (row, column, passenger, destination) = Decode(state);
        var here = IndexOf(row, column);
        if (action == 4)
        {
            return passenger != InTaxi && here == passenger ? new Transition(1, Encode(row, column, InTaxi, destination), -1, false) : new Transition(1, state, -10, false);
        }

        return passenger != InTaxi || here < 0 ? new Transition(1, state, -10, false)
            : new Transition(1, Encode(row, column, here, destination), here == destination ? 20 : -1, here == destination);
    }

    private static int IndexOf(int row, int column) => Array.IndexOf(Locations, (row, column));

    private static byte[] CreateMasks()
    {
        var masks = new byte[States * Actions];
        for (var state = 0; state < States; state++)
        {
            var (row, column, passenger, _) = Decode(state);
            for (var action = 0; action < 4; action++)
            {
                masks[(state * Actions) + action] = Neighbour(state, action) != state ? (byte)1 : (byte)0;
            }

            masks[(state * Actions) + 4] = passenger != InTaxi && IndexOf(row, column) == passenger ? (byte)1 : (byte)0;
            masks[(state * Actions) + 5] = passenger == InTaxi && IndexOf(row, column) >= 0 ? (byte)1 : (byte)0;
        }

        return masks;
    }
}
