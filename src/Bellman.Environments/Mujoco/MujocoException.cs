namespace Bellman.Environments;

/// <summary>MuJoCo refused a model or stopped in the middle of a calculation, or cannot be used here.</summary>
/// <param name="message">What MuJoCo said, or what is missing.</param>
public sealed class MujocoException(string message) : InvalidOperationException(message);
