namespace Bellman;

/// <summary>An environment whose whole state is a vector of numbers that can be read and set: classic control in the order of its equations, MuJoCo as positions then velocities.</summary>
public interface IStateVector
{
    /// <summary>How many numbers.</summary>
    int StateLength { get; }

    /// <summary>Writes the present state, <c>[StateLength]</c>.</summary>
    void ReadState(Span<double> state);

    /// <summary>Goes on from a state, as at the beginning of an episode.</summary>
    /// <param name="state">The state, <c>[StateLength]</c>.</param>
    /// <param name="observation">Receives what is seen there.</param>
    void SetState(ReadOnlySpan<double> state, RowWriter observation);
}
