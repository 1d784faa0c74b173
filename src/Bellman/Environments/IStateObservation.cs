namespace Bellman;

/// <summary>What an environment shows in each state of its model (<see cref="IFiniteMdp"/>), for those whose observation is not the state's number.</summary>
public interface IStateObservation
{
    /// <summary>Writes what is seen in a state.</summary>
    /// <param name="state">The state's number in the model.</param>
    /// <param name="observation">Receives it.</param>
    void WriteObservationOf(int state, RowWriter observation);
}
