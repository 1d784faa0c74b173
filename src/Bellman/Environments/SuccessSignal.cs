namespace Bellman;

/// <summary>The signal by which an environment tells whether its task is done: above 0 in an episode's last step means that it succeeded.</summary>
internal static class SuccessSignal
{
    public const string Name = "is_success";

    /// <summary>Where it stands among an environment's signals; −1 if it is not there.</summary>
    public static int IndexIn(IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == Name)
            {
                return i;
            }
        }

        return -1;
    }
}
