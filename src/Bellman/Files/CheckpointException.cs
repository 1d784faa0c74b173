namespace Bellman;

/// <summary>A checkpoint that cannot be read: the message says what is wrong, where, and what to do.</summary>
/// <param name="message">One sentence.</param>
/// <param name="inner">What was thrown underneath.</param>
public sealed class CheckpointException(string message, Exception? inner = null) : IOException(message, inner);
