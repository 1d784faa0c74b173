namespace Bellman.Testing;

/// <summary>An assertion does not hold; the message is the whole report. Every test framework counts it as a failure.</summary>
/// <param name="message">What was expected and found.</param>
public sealed class BellmanAssertionException(string message) : Exception(message);
