namespace Bellman;

/// <summary>
/// An environment that takes actions in double precision too, as its original does: a policy's actions are float32, but a client's may be more exact, and what follows differs in the last bits.
/// </summary>
public interface IPreciseActions
{
    /// <summary>Goes on by a step.</summary>
    /// <param name="action">The action's numbers in order.</param>
    /// <param name="observation">Receives what is seen after it.</param>
    StepResult Step(ReadOnlySpan<double> action, RowWriter observation);
}
