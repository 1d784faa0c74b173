using System.Globalization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// CarRental-v0 (Sutton and Barto, example 4.2, Jack's): two places rent out cars at $10; overnight up to five may be moved at $2 each. Requests and returns are Poisson;
/// cars beyond 20 at a place go away. The task has no end.
/// </summary>
/// <remarks>
/// Observation: cars at the first place · 21 + cars at the second, at the end of a day. Action: cars moved from the first place to the second, plus 5: 0 moves five back, 10 five over;
/// only cars that are there can be moved. Requests have the means 3 and 4, returns 3 and 2.
/// </remarks>
public sealed class CarRental : IEnvironment, IStateful, IActionMask, IFiniteMdp, IDrawable, IStateGrid
{
    private const int Most = 20;
    private const int MostMoved = 5;
    private const double Rent = 10;
    private const double MovePrice = 2;

    // Poisson counts above this have probabilities below 1e-17.
    private const int MostCounted = 40;

    private static readonly double[][] Requests = [Poisson(3), Poisson(4)];
    private static readonly double[][] Returned = [Poisson(3), Poisson(2)];

    private readonly Lazy<Transition[]> model = new(CreateModel);
    private readonly double[] initial = new double[(Most + 1) * (Most + 1)];
    private readonly int[] cars = new int[2];
    private readonly int[] rented = new int[2];
    private int moved;
    private RandomStream random = new(0);

    /// <summary>A firm with ten cars at each place.</summary>
    public CarRental() => initial[(Most / 2 * (Most + 1)) + (Most / 2)] = 1;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new DiscreteSpace((Most + 1) * (Most + 1));

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace((2 * MostMoved) + 1);

    /// <inheritdoc/>
    public int StateCount => (Most + 1) * (Most + 1);

    /// <inheritdoc/>
    public int ActionCount => (2 * MostMoved) + 1;

    /// <inheritdoc/>
    public int MaskLength => ActionCount;

    /// <inheritdoc/>
    int IStateGrid.GridRows => Most + 1;

    /// <inheritdoc/>
    int IStateGrid.GridColumns => Most + 1;

    /// <inheritdoc/>
    ScenePoint IStateGrid.Direction(int action) => new(0, 0);

    /// <summary>Cars moved from the first place to the second.</summary>
    string IStateGrid.Label(int action) => (action - MostMoved).ToString("+0;-0;0", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public ReadOnlySpan<double> InitialDistribution => initial;

    /// <inheritdoc/>
    public ReadOnlySpan<Transition> Transitions(int state, int action) =>
        IsAllowed(state, action) ? model.Value.AsSpan(((state * ActionCount) + action) * StateCount, StateCount) : [];

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        this.random = random;
        cars.AsSpan().Fill(Most / 2);
        rented.AsSpan().Clear();
        moved = 0;
        Observe(observation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many cars to move.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var over = action.Integers[0] - MostMoved;
        if (Math.Abs(over) > MostMoved || over > cars[0] || -over > cars[1])
        {
            throw new ArgumentOutOfRangeException(nameof(action), $"Moving {over} cars needs as many; there are {cars[0]} at the first place and {cars[1]} at the second, and no more than {MostMoved} can be moved.");
        }

        moved = over;
        var reward = -MovePrice * Math.Abs(moved);
        for (var place = 0; place < 2; place++)
        {
            var there = Math.Min(Most, cars[place] + (place == 0 ? -moved : moved));
            rented[place] = Math.Min(there, Count(Requests[place]));
            reward += Rent * rented[place];
            cars[place] = Math.Min(Most, there - rented[place] + Count(Returned[place]));
        }

        Observe(observation);
        return new StepResult(reward, false, false);
    }

    /// <inheritdoc/>
    public void WriteMask(Span<byte> allowed)
    {
        var state = (cars[0] * (Most + 1)) + cars[1];
        for (var action = 0; action < allowed.Length; action++)
        {
            allowed[action] = IsAllowed(state, action) ? (byte)1 : (byte)0;
        }
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        CarRentalScene.Draw(scene, cars, rented, moved, Most);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var value in (ReadOnlySpan<int>)[cars[0], cars[1], rented[0], rented[1], moved])
        {
            writer.Write(value);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (cars[0], cars[1], rented[0], rented[1], moved) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static bool IsAllowed(int state, int action) => action - MostMoved <= state / (Most + 1) && MostMoved - action <= state % (Most + 1);

    private static double[] Poisson(double mean)
    {
        var probabilities = new double[MostCounted + 1];
        probabilities[0] = Math.Exp(-mean);
        for (var count = 1; count <= MostCounted; count++)
        {
            probabilities[count] = probabilities[count - 1] * mean / count;
        }

        return probabilities;
    }

    // For each number of cars in the morning, the chance of each number in the evening, and what is earned on the way there in the mean.
    private static (double[,] Chance, double[] Earned) Day(int place)
    {
        var chance = new double[Most + 1, Most + 1];
        var earned = new double[Most + 1];
        for (var morning = 0; morning <= Most; morning++)
        {
            for (var asked = 0; asked <= MostCounted; asked++)
            {
                var rented = Math.Min(morning, asked);
                earned[morning] += Requests[place][asked] * Rent * rented;
                for (var returned = 0; returned <= MostCounted; returned++)
                {
                    chance[morning, Math.Min(Most, morning - rented + returned)] += Requests[place][asked] * Returned[place][returned];
                }
            }
        }

        return (chance, earned);
    }

    private static Transition[] CreateModel()
    {
        const int states = (Most + 1) * (Most + 1);
        const int actions = (2 * MostMoved) + 1;
        var (first, second) = (Day(0), Day(1));
        var transitions = new Transition[states * actions * states];
        for (var pair = 0; pair < states * actions; pair++)
        {
            var (state, moved) = (pair / actions, (pair % actions) - MostMoved);
            var (one, two) = ((state / (Most + 1)) - moved, (state % (Most + 1)) + moved);
            if (one < 0 || two < 0)
            {
                continue;
            }

            (one, two) = (Math.Min(Most, one), Math.Min(Most, two));
            var reward = first.Earned[one] + second.Earned[two] - (MovePrice * Math.Abs(moved));
            for (var next = 0; next < states; next++)
            {
                transitions[(pair * states) + next] = new Transition(first.Chance[one, next / (Most + 1)] * second.Chance[two, next % (Most + 1)], next, reward, false);
            }
        }

        return transitions;
    }

    private int Count(double[] probabilities)
    {
        var left = random.NextDouble();
        var count = 0;
        while (count < MostCounted && (left -= probabilities[count]) >= 0)
        {
            count++;
        }

        return count;
    }

    private void Observe(RowWriter observation) => observation.Integers[0] = (cars[0] * (Most + 1)) + cars[1];
}
