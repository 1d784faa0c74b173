using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// A taxi whose passenger may want to go elsewhere: in some episodes, decided by a draw at the reset, it names another destination when the taxi has first moved with it inside.
/// Whether it still may is no part of the observation, so the taxi's model no longer holds.
/// </summary>
/// <param name="taxi">The taxi.</param>
/// <param name="probability">How probable it is for an episode's passenger to be fickle.</param>
public sealed class FickleTaxi(Taxi taxi, double probability = 0.3) : Wrapper(taxi), IStateful
{
    private readonly double probability = probability is >= 0 and <= 1 ? probability : throw new ArgumentException($"The probability of a fickle passenger is {probability}; it must lie in [0, 1].", nameof(probability));
    private RandomStream random = new(0);
    private bool fickle;

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.random = random;
        taxi.Reset(random, observation);
        fickle = random.NextDouble() < probability;
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var (row, column, passenger, destination) = Taxi.Decode(taxi.State);
        var result = taxi.Step(action, observation);
        var (newRow, newColumn, _, _) = Taxi.Decode(taxi.State);
        if (fickle && passenger == Taxi.InTaxi && (row, column) != (newRow, newColumn))
        {
            fickle = false;
            var other = random.Choice(3);
            observation.Integers[0] = taxi.Redirect(other < destination ? other : other + 1);
        }

        return result;
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IFiniteMdp);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(fickle);
        taxi.SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        fickle = reader.ReadBoolean();
        taxi.LoadState(reader);
    }
}
